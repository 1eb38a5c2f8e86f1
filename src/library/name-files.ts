import { basename, dirname, join, relative } from "node:path";
import type { FileNames } from "../db/file-names.ts";
import type { LibraryRow } from "../db/libraries.ts";
import type { Follow } from "./beside.ts";
import { fileNames } from "./names/file-names.ts";
import { takePart } from "./names/parts.ts";
import { readName } from "./names/read-name.ts";
import { stemOf } from "./names/words.ts";
import { createNfoReader, type NfosIn, type SeenNfo } from "./nfo-files.ts";

/** Raised when names are read in another way: files are named anew by the next scan, and none is probed for it. */
const namingVersion = 2;

/** What the files of a library are called, by their paths and the NFO files beside and above them. */
export interface Namer {
  /** A digest of what a file's names follow from; reads nothing. `path`: absolute. */
  keyOf(path: string): Promise<string>;
  namesOf(path: string): Promise<FileNames>;
}

export function createNamer(
  library: Pick<LibraryRow, "path" | "type">,
  nfosIn: NfosIn,
  follow: Follow,
): Namer {
  const read = createNfoReader(follow);
  const named = basename(library.path);

  const keyOf = async (path: string, beside: Beside): Promise<string> => {
    const states = [beside.own, beside.series].map((nfo) =>
      nfo === null ? null : [nfo.path, nfo.sizeBytes, nfo.mtimeMs],
    );
    const facts = [namingVersion, library.type, named, relative(library.path, path), ...states];
    const digest = new Bun.CryptoHasher("sha256").update(JSON.stringify(facts)).digest("base64url");
    return digest.slice(0, 22);
  };

  const besideOf = async (path: string): Promise<Beside> => {
    const folder = dirname(path);
    const here = await nfosIn(folder);
    const own = ownNfo(path, here, library.type === "movie");
    if (library.type !== "tv") return { own, series: null };
    for (let above = folder; ; above = dirname(above)) {
      const series = (above === folder ? here : await nfosIn(above)).get("tvshow.nfo");
      if (series !== undefined) return { own, series };
      if (above === library.path || above.length <= library.path.length) break;
    }
    return { own, series: null };
  };

  return {
    keyOf: async (path) => keyOf(path, await besideOf(path)),
    namesOf: async (path) => {
      const beside = await besideOf(path);
      const within = relative(library.path, path);
      const reading = readName({ path: within, type: library.type, library: named });
      const nfo = beside.own && (await read(beside.own.path));
      const series = beside.series && (await seriesNfo(beside.series, reading.series?.folder));
      const told = { type: library.type, path: within, read: reading };
      return fileNames(
        { ...told, nfo: nfo?.kind === "tvshow" ? null : nfo, seriesNfo: series },
        await keyOf(path, beside),
      );
    },
  };

  /** One that lies above the series' folder is of another series. */
  async function seriesNfo({ path }: SeenNfo, folder: string | null | undefined) {
    const at = relative(library.path, path);
    const top = folder == null ? library.path : join(library.path, folder);
    if (!`${dirname(path)}/`.startsWith(`${top}/`)) return null;
    const nfo = await read(path);
    return nfo?.kind === "tvshow" || nfo?.kind === null ? { nfo, path: at } : null;
  }
}

interface Beside {
  readonly own: SeenNfo | null;
  readonly series: SeenNfo | null;
}

/** `Film.nfo`, of `Film-cd1.avi` as well, and in a film's own folder `movie.nfo`. */
function ownNfo(
  path: string,
  here: ReadonlyMap<string, SeenNfo>,
  isMovie: boolean,
): SeenNfo | null {
  if (here.size === 0) return null;
  const stem = stemOf(basename(path)).toLowerCase();
  const whole = takePart(stem, false).rest.replace(/[\s._-]+$/, "");
  const own = here.get(`${stem}.nfo`) ?? here.get(`${whole}.nfo`);
  return own ?? (isMovie ? here.get("movie.nfo") : undefined) ?? null;
}
