import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { Source, SubtitleTrack } from "../media/source.ts";
import { createLister, lookBeside, type Follow, type ListFolder } from "./beside.ts";
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
  const look = async (path: string): Promise<{ path: string; sha256: string } | null> => {
    const beside = await lookBeside(path, follow);
    if (beside === null || beside.found.size > largestBytes) return null;
    const { path: real, found } = beside;
    const state = `${real} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    const known = digests.get(state);
    if (known !== undefined) return known === "" ? null : { path: real, sha256: known };
    const bytes = await readFile(real).catch(() => null);
    if (bytes === null) return null;
    // The pictures of a DVD bear the same name as MicroDVD's text, and SubViewer's: a pack header begins with zeros.
    const isPictures = /\.sub$/i.test(path) && bytes[0] === 0 && bytes[1] === 0;
    const sha256 = isPictures ? "" : new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    digests.set(state, sha256);
    if (digests.size > kept) digests.delete(digests.keys().next().value ?? "");
    return isPictures ? null : { path: real, sha256 };
  };

  const tracksOf = async (filmPath: string, source: Source): Promise<SubtitleTrack[]> => {
    const names = await sideFiles(filmPath, list);
    const found = await Promise.all(
      names.slice(0, mostTexts).map(async ({ path, name }, i): Promise<SubtitleTrack[]> => {
        const side = await look(path);
        if (side === null) return [];
        const { startTimeSeconds, durationSeconds } = source;
        return [
          {
            ...name,
            index: firstIndex + i,
            codec: codecs[extname(path).slice(1).toLowerCase()] ?? "subrip",
            startTimeSeconds,
            endTimeSeconds: startTimeSeconds + durationSeconds,
            side,
          },
        ];
      }),
    );
    return found.flat();
  };

  return {
    withTexts: async (filmPath, source) => {
      const tracks = await tracksOf(filmPath, source);
      if (tracks.length === 0) return source;
      const key = JSON.stringify(tracks);
      const known = merged.get(source);
      if (known?.key === key) return known.source;
      const whole = { ...source, subtitles: [...source.subtitles, ...tracks] };
      merged.set(source, { key, source: whole });
      return whole;
    },
  };
}

interface FoundFile {
  readonly path: string;
  readonly name: NonNullable<ReturnType<typeof sideName>>;
}

/** What belongs to a film, in order of name: beside it, in `Subs/`, and in `Subs/` in a folder of the film's name. */
async function sideFiles(filmPath: string, list: ListFolder): Promise<FoundFile[]> {
  const folder = dirname(filmPath);
  const film = nameOf(filmPath);
  const beside = await list(folder);
  const films = beside.files.filter(isMediaName).map(nameOf);
  const found = filesOf(folder, beside.files, film, films, false);
  const isAlone = films.length < 2;
  for (const name of beside.folders.filter((one) => folderNames.test(one))) {
    const subs = join(folder, name);
    const inside = await list(subs);
    // Where several films share a folder, only names tell whose they are.
    found.push(...filesOf(subs, inside.files, film, films, isAlone));
    const own = inside.folders.find((one) => one.toLowerCase() === film.toLowerCase());
    if (own === undefined) continue;
    const { files } = await list(join(subs, own));
    found.push(...filesOf(join(subs, own), files, film, [], true));
  }
  return found;
}

const nameOf = (path: string): string => basename(path, extname(path));

/** `films`: the names of all that lie in the film's folder. */
function filesOf(
  folder: string,
  names: readonly string[],
  film: string,
  films: readonly string[],
  hasFolder: boolean,
): FoundFile[] {
  return names.toSorted().flatMap((fileName) => {
    const name = sideName(film, fileName, hasFolder);
    if (name === null) return [];
    const owner = ownerOf(films, fileName);
    // The same name with two endings is twice the same film.
    const isOurs = owner === null || owner.toLowerCase() === film.toLowerCase();
    return isOurs ? [{ path: join(folder, fileName), name }] : [];
  });
}
