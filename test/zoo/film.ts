import type { ColourSpace } from "../support/colour.ts";
import type { Card } from "../support/test-card.ts";

/** A sound track as it is made: which part of the test's noise it holds, and how it is coded. */
export interface FilmSound {
  /** `-c:a …` and what goes with it. */
  readonly encoder: readonly string[];
  readonly sampleRateHz: number;
  readonly channels: number;
  /** FFmpeg's name; null where the file says nothing. */
  readonly layout: string | null;
  /** Seconds of the film; the whole of it unless told. */
  readonly from: number;
  readonly to: number;
  readonly gainDb: number;
}

/** One FFmpeg command that makes a film of the test card and the test's noise. */
export interface Film {
  readonly extension: string;
  readonly width: number;
  readonly height: number;
  /** Sample aspect ratio, `16/11`. */
  readonly sampleAspect: string;
  readonly rate: string;
  readonly firstFrame: number;
  readonly frames: number;
  readonly colour: ColourSpace;
  /** Which of the colour's properties the file names. */
  readonly tags: readonly (keyof ColourSpace)[];
  readonly pixelFormat: string;
  /** `-c:v …` and what goes with it; null for a film without pictures. */
  readonly video: readonly string[] | null;
  /** Filters after the pictures have their format: fields, turns, time stamps. */
  readonly filters: readonly string[];
  readonly sounds: readonly FilmSound[];
  /** Everything else: inputs come before, muxer options after the maps. */
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const sd = { matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m" } as const;

const ordinarySound: FilmSound = {
  encoder: ["-c:a", "aac", "-b:a", "192k"],
  sampleRateHz: 48_000,
  channels: 2,
  layout: "stereo",
  from: 0,
  to: Infinity,
  gainDb: 0,
};

export const x264: readonly string[] = "-c:v libx264 -preset ultrafast -crf 12 -bf 2 -g 90".split(
  " ",
);

export function film(options: Partial<Film> = {}): Film {
  return {
    extension: "mkv",
    width: 320,
    height: 180,
    sampleAspect: "1",
    rate: "25",
    firstFrame: 0,
    frames: 113,
    colour: { ...sd, range: "tv" },
    tags: ["matrix", "primaries", "transfer", "range"],
    pixelFormat: "yuv420p",
    video: x264,
    filters: [],
    sounds: [ordinarySound],
    inputs: [],
    output: [],
    ...options,
  };
}

export function sound(options: Partial<FilmSound> = {}): FilmSound {
  return { ...ordinarySound, ...options };
}

/** `24000/1001` as a number. */
export function ratio(text: string): number {
  const [num, den = "1"] = text.split("/");
  return Number(num) / Number(den);
}

export function filmSeconds({ frames, rate }: Film): number {
  return frames / ratio(rate);
}

/** Which part of the title a film's sound may fill, seconds. */
export function soundSpan(film: Film): { readonly start: number; readonly end: number } {
  const start = film.firstFrame / ratio(film.rate);
  return { start, end: start + filmSeconds(film) };
}

export function cardOf({ width, height, sampleAspect, colour }: Film): Card {
  return { width, height, sampleAspect: ratio(sampleAspect), colour };
}

/** Where the test's own pictures and noise lie. */
export interface Masters {
  readonly cards: string;
  /** One file a track: 48 kHz, signed 16 bits, the part of the noise that the track holds. */
  readonly noises: readonly string[];
}

/** The command. Nothing of FFmpeg decides a colour: matrix and range are those of the card's own values. */
export function filmCommand(film: Film, masters: Masters, path: string): string[] {
  const inputs: string[] = [];
  const maps: string[] = [];
  let count = 0;
  const { start } = soundSpan(film);
  if (film.video !== null) {
    const raw = film.colour.matrix === "gbr" ? "gbrp16le" : "yuv444p16le";
    inputs.push("-f", "rawvideo", "-pix_fmt", raw, "-s", `${film.width}x${film.height}`);
    inputs.push("-r", film.rate, "-i", masters.cards);
    maps.push("-map", `${count++}:v`, "-vf", pictureFilters(film).join(","), ...film.video);
  }
  for (const [i, track] of film.sounds.entries()) {
    if (track.from > start) inputs.push("-itsoffset", String(track.from - start));
    inputs.push("-f", "s16le", "-ar", "48000", "-ac", String(track.channels));
    if (track.layout === null) inputs.push("-guess_layout_max", "0");
    else inputs.push("-channel_layout", track.layout);
    inputs.push("-i", masters.noises[i] ?? "");
    maps.push("-map", `${count++}:a`, `-ar:a:${i}`, String(track.sampleRateHz));
    if (track.gainDb !== 0) maps.push(`-filter:a:${i}`, `volume=${track.gainDb}dB`);
    maps.push(
      ...track.encoder.map((word) =>
        word.replace(/^(-(?:c|b|q|sample_fmt|profile)):a$/, `$1:a:${i}`),
      ),
    );
  }
  for (const input of film.inputs) {
    inputs.push(...input);
    maps.push("-map", String(count++));
  }
  return ["ffmpeg", "-nostdin", "-y", "-v", "error", ...inputs, ...maps, ...film.output, path];
}

/** What filters call the curves by. */
const filterNames: Readonly<Record<string, string>> = { gamma22: "bt470m", gamma28: "bt470bg" };

function pictureFilters(film: Film): string[] {
  const { range, matrix, primaries, transfer } = film.colour;
  const named = (tag: keyof ColourSpace, value: string): string =>
    film.tags.includes(tag) ? value : "unknown";
  const isRgb = matrix === "gbr";
  const tags = [
    `range=${isRgb ? "pc" : film.tags.includes("range") ? range : "unknown"}`,
    `colorspace=${isRgb ? "gbr" : named("matrix", matrix)}`,
    `color_primaries=${named("primaries", primaries)}`,
    `color_trc=${named("transfer", filterNames[transfer] ?? transfer)}`,
  ];
  return [
    isRgb ? "null" : `scale=in_range=${range}:out_range=${range}:flags=bilinear+accurate_rnd`,
    `format=${film.pixelFormat}`,
    `setparams=${tags.join(":")}`,
    `setsar=${film.sampleAspect}`,
    ...film.filters,
  ];
}
