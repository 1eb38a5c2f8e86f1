import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { LeftOutTrack, SideFile, Source, SubtitleTrack } from "../media/source.ts";
import { remembered } from "../media/remembered.ts";
import { createLister, lookBeside, type Follow, type ListFolder, type Listing } from "./beside.ts";
import { isMediaName } from "./media-name.ts";
import { ownerOf, sideName } from "../subtitle/side-name.ts";

/** Subtitles that lie beside films, looked for when they are asked for: no scan has to know. */
export interface SideTexts {
  /** A source with the texts that lie beside it now; the same object for as long as they are the same. */
  withTexts(filmPath: string, source: Source): Promise<Source>;
}

/** Stream indexes of files are below; beside a film are fewer. */
const firstIndex = 1000;
const mostTexts = 100;
/** A typeset script of a film has 10 MB. */
const largestBytes = 32 * 1024 * 1024;
/** Of all together: their digests are reckoned before the film begins. */
const mostBytes = 128 * 1024 * 1024;
const folderNames = /^(?:subs?|subtitles?)$/i;
const kept = 2000;

/** FFmpeg's name of a notation. */
const codecs: Readonly<Record<string, string>> = {
  ...{ srt: "subrip", ass: "ass", ssa: "ass", vtt: "webvtt", sbv: "sbv" },
  ...{ ttml: "ttml", dfxp: "ttml", smi: "sami", sami: "sami", sub: "microdvd" },
};

export function createSideTexts(follow: Follow, list: ListFolder = createLister()): SideTexts {
  const digests = new Map<string, string>();
  const merged = new WeakMap<Source, { readonly key: string; readonly source: Source }>();

  /** SHA-256 of a file's bytes, reckoned once for each state of it. null for what is gone or is none of ours. */
  const digest = async ({ path: real, found }: Beside): Promise<SideFile | null> => {
    const state = `${real} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    const known = digests.get(state);
    if (known !== undefined) return known === "" ? null : { path: real, sha256: known };
    const bytes = await readFile(real).catch(() => null);
    if (bytes === null) return null;
    // The pictures of a DVD bear the same name as MicroDVD's text, and SubViewer's: a pack header begins with zeros.
    const isPictures = /\.sub$/i.test(real) && bytes[0] === 0 && bytes[1] === 0;
    const sha256 = isPictures ? "" : new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    digests.set(state, sha256);
    if (digests.size > kept) digests.delete(digests.keys().next().value ?? "");
    return isPictures ? null : { path: real, sha256 };
  };

  const textsOf = async (filmPath: string, source: Source): Promise<Texts> => {
    const files = await sideFiles(filmPath, list);
    const looked = await Promise.all(files.map(({ path }) => lookBeside(path, follow)));
    const leftOut: LeftOutTrack[] = [];
    let sumBytes = 0;
    const found = files.map(async ({ path, name }, i): Promise<SubtitleTrack[]> => {
      const beside = looked[i] ?? null;
      if (beside === null) return [];
      const index = firstIndex + i;
      const codec = codecs[extname(path).slice(1).toLowerCase()] ?? "subrip";
      const { size } = beside.found;
      const isTooMuch = size > largestBytes || sumBytes + size > mostBytes;
      if (isTooMuch) {
        const obstacle = `it has ${Math.ceil(size / 1e6)} MB, more than is read of what lies beside a film`;
        leftOut.push({ kind: "subtitle", index, codec, obstacle });
        return [];
      }
      sumBytes += size;
      const side = await digest(beside);
      if (side === null) return [];
      const { startTimeSeconds, durationSeconds } = source;
      const endTimeSeconds = startTimeSeconds + durationSeconds;
      return [{ ...name, index, codec, startTimeSeconds, endTimeSeconds, side }];
    });
    return { subtitles: (await Promise.all(found)).flat(), leftOut };
  };

  return {
    withTexts: async (filmPath, source) => {
      const texts = await textsOf(filmPath, source);
      if (texts.subtitles.length === 0 && texts.leftOut.length === 0) return source;
      const key = JSON.stringify(texts);
      const known = merged.get(source);
      if (known?.key === key) return known.source;
      const whole = {
        ...source,
        subtitles: [...source.subtitles, ...texts.subtitles],
        leftOut: [...source.leftOut, ...texts.leftOut],
      };
      merged.set(source, { key, source: whole });
      return whole;
    },
  };
}

/** What lies beside a film: what of it is text, and what is left out. */
type Texts = Pick<Source, "subtitles" | "leftOut">;

type Beside = NonNullable<Awaited<ReturnType<typeof lookBeside>>>;

interface FoundFile {
  readonly path: string;
  readonly name: NonNullable<ReturnType<typeof sideName>>;
}

/**
 * What belongs to a film, in order of name: beside it, in `Subs/`, and in `Subs/` in a folder of the film's name;
 * `mostTexts` of them at most.
 */
async function sideFiles(filmPath: string, list: ListFolder): Promise<FoundFile[]> {
  const folder = dirname(filmPath);
  const film = nameOf(filmPath);
  const beside = await list(folder);
  const films = filmsIn(beside);
  const found = [...filesOf(beside, { folder, film, films, hasFolder: false })];
  const isAlone = films.length < 2;
  for (const name of beside.folders.filter((one) => folderNames.test(one))) {
    const subs = join(folder, name);
    const inside = await list(subs);
    // Where several films share a folder, only names tell whose they are.
    found.push(...filesOf(inside, { folder: subs, film, films, hasFolder: isAlone }));
    const own = inside.folders.find((one) => one.toLowerCase() === film.toLowerCase());
    if (own === undefined) continue;
    const owned = { folder: join(subs, own), film, films: noFilms, hasFolder: true };
    found.push(...filesOf(await list(owned.folder), owned));
  }
  return found.slice(0, mostTexts);
}

const nameOf = (path: string): string => basename(path, extname(path));
const filmsIn = remembered(({ files }: Listing): readonly string[] =>
  files.filter(isMediaName).map(nameOf),
);
const noFilms: readonly string[] = [];

interface FilmBeside {
  /** That was listed. */
  readonly folder: string;
  readonly film: string;
  /** The names of all that lie in the film's folder. */
  readonly films: readonly string[];
  readonly hasFolder: boolean;
}

interface KnownFiles {
  readonly films: readonly string[];
  readonly found: readonly FoundFile[];
}

const knownIn = remembered<Listing, [], Map<string, KnownFiles>>(() => new Map());

/** Of a listing what is a film's. Thousands of names take a second to read: for each listing it is done once. */
function filesOf(listing: Listing, beside: FilmBeside): readonly FoundFile[] {
  const known = knownIn(listing);
  const key = `${beside.hasFolder} ${beside.film}`;
  const before = known.get(key);
  if (before?.films === beside.films) return before.found;
  const found = Iterator.from(listing.files.toSorted()).flatMap((name) => ownFile(name, beside));
  const few = [...found.take(mostTexts)];
  known.set(key, { films: beside.films, found: few });
  return few;
}

function ownFile(fileName: string, { folder, film, films, hasFolder }: FilmBeside): FoundFile[] {
  const name = sideName(film, fileName, hasFolder);
  if (name === null) return [];
  const owner = ownerOf(films, fileName);
  // The same name with two endings is twice the same film.
  const isOurs = owner === null || owner.toLowerCase() === film.toLowerCase();
  return isOurs ? [{ path: join(folder, fileName), name }] : [];
}
