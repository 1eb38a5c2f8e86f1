import { film as makeFilm, filmSeconds, ratio, type Film, type FilmSound } from "./film.ts";

export type Outcome = "plays" | "is refused" | "plays or is refused";

/** What a viewer must see and hear. */
export interface Expected {
  readonly outcome: Outcome;
  /** Pictures a second of the output; null where the server may choose. */
  readonly rate: number | null;
  /** When source picture n is shown, seconds from the title's start; only pictures that the source has. */
  readonly pictures: readonly { readonly number: number; readonly time: number }[];
  readonly seconds: number;
  /** Width over height of the picture as shown. */
  readonly displayAspect: number;
  /** Pictures too small for a number are counted only. */
  readonly isLegible: boolean;
  /** The picture may stand within bars: its shape changes in mid-film. */
  readonly mayHaveBars: boolean;
  /** `hue`: tone-mapped, so that only greys and hues are known beforehand. */
  readonly colours: "exact" | "hue" | "any";
  /** ΔE2000 that the source's own coding costs. */
  readonly codingError: number;
  readonly sounds: readonly FilmSound[];
  /** FFmpeg's names of their codecs, in the file's order; null where nobody looks. */
  readonly subtitles: readonly string[] | null;
  /** LU by which the source's own coding makes its sound quieter. */
  readonly codingLoudness: number;
  /** Correlation with the noise below which sound is not the source's. */
  readonly likeness: number;
  /** The same over a joint of two segments, or where the sound itself changes; not above the other. */
  readonly jointLikeness: number;
  /**
   * `decoded`: picture and sound stand in the source as FFmpeg decodes it (containers without time stamps keep
   * encoders' delays); `repaired`: together, whatever the source's clock says.
   */
  readonly clock: "decoded" | "repaired";
  /** A silence in mid-film, after which the sound goes on. */
  readonly pause: { readonly at: number; readonly seconds: number } | null;
  /** Coarseness of the source's time stamps. */
  readonly clockSeconds: number;
}

/** One way a source can be. */
export interface Shape {
  /** The file's name in the library. */
  readonly name: string;
  readonly class: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Made one by one; more than one are joined. */
  readonly films: readonly Film[];
  /** Commands that make the file out of the films' files; without any the one film is the file. */
  readonly finish: (pieces: readonly string[], path: string) => readonly (readonly string[])[];
  readonly expected: Expected;
  /** All rungs instead of the best alone. */
  readonly isAdaptive: boolean;
}

export interface ShapeOptions {
  readonly properties?: Readonly<Record<string, string>>;
  readonly finish?: Shape["finish"];
  readonly expected?: Partial<Expected>;
  readonly isAdaptive?: boolean;
}

/** A shape of one film, or of several joined ones. */
export function shape(
  group: string,
  name: string,
  film: Partial<Film> | readonly Partial<Film>[],
  options: ShapeOptions = {},
): Shape {
  const films = (Array.isArray(film) ? film : [film]).map((one: Partial<Film>) => makeFilm(one));
  const first = films[0] ?? makeFilm();
  return {
    name: `${name}.${first.extension}`,
    class: group,
    properties: { ...propertiesOf(first), ...options.properties },
    films,
    finish: options.finish ?? ((pieces, path) => [["mv", pieces[0] ?? "", path]]),
    expected: { ...expectedOf(films, first), ...options.expected },
    isAdaptive: options.isAdaptive ?? false,
  };
}

function expectedOf(films: readonly Film[], first: Film): Expected {
  const rate = ratio(first.rate);
  const frames = first.video === null ? 0 : films.reduce((sum, { frames }) => sum + frames, 0);
  const pictures = Array.from({ length: frames }, (_, number) => ({ number, time: number / rate }));
  return {
    outcome: "plays",
    rate: rate > 60.5 ? null : rate,
    pictures,
    seconds: films.reduce((sum, film) => sum + filmSeconds(film), 0),
    displayAspect: (first.width * ratio(first.sampleAspect)) / first.height,
    isLegible: first.width >= 64 && first.height >= 40,
    mayHaveBars: false,
    colours: coloursOf(first),
    codingError: 0,
    sounds: first.sounds,
    subtitles: null,
    codingLoudness: 0,
    likeness: 0.9,
    jointLikeness: films.some(isUneven) ? uneven.jointLikeness : 0.9,
    clock: "decoded",
    pause: null,
    clockSeconds: 0.001,
  };
}

const inMilliseconds = new Set(["mkv", "webm", "wmv", "wma", "asf", "flv"]);
const evenSounds = new Set([
  ...["aac", "ac3", "eac3", "dca", "flac", "libmp3lame", "libopus", "mp2"],
]);

/**
 * Packets of uneven length, or of one that nothing tells, on a clock of whole milliseconds: where two runs meet, sound
 * may step by up to one, and the codec frame over the joint is not the source's.
 */
export const uneven = { jointLikeness: 0.55 } as const;

function isUneven({ extension, sounds }: Film): boolean {
  const isEven = sounds.every(({ encoder }) => evenSounds.has(encoder[1] ?? ""));
  return inMilliseconds.has(extension) && !isEven;
}

function coloursOf({ width, colour }: Film): Expected["colours"] {
  // In patches of a block or less, neighbours run into one another.
  if (width < 160) return "any";
  return ["smpte2084", "arib-std-b67"].includes(colour.transfer) ? "hue" : "exact";
}

function propertiesOf(film: Film): Record<string, string> {
  const [sound] = film.sounds;
  return {
    container: film.extension,
    pictures: film.video?.[1] ?? "none",
    pixels: film.video === null ? "none" : film.pixelFormat,
    matrix: film.tags.includes("matrix") ? film.colour.matrix : "untagged",
    transfer: film.tags.includes("transfer") ? film.colour.transfer : "untagged",
    primaries: film.tags.includes("primaries") ? film.colour.primaries : "untagged",
    range: film.colour.range,
    rate: film.rate,
    size: `${film.width}x${film.height}`,
    aspect: film.sampleAspect,
    tracks: String(film.sounds.length),
    sound: sound?.encoder[1] ?? "none",
    layout: sound === undefined ? "none" : (sound.layout ?? `${sound.channels} channels`),
    sampleRate: String(sound?.sampleRateHz ?? "none"),
  };
}
