import { basename, dirname, extname, join } from "node:path";
import { lookBeside, type Follow, type ListFolder } from "../beside.ts";

export type ArtKind = "poster" | "fanart";

/** A picture that lies beside a film. */
export interface SideArt {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** What FFmpeg here decodes; the first of a name is taken. */
const extensions = [".jpg", ".jpeg", ".png", ".webp"];

/** Names without their ending, best first, as Kodi, Jellyfin and Plex have them: the film's own before the folder's. */
const namesOf: Readonly<Record<ArtKind, (film: string) => readonly string[]>> = {
  poster: (film) => [
    ...[`${film}-poster`, `${film}.poster`, `${film}-cover`, film],
    ...["poster", "folder", "cover", "movie", "default"],
  ],
  fanart: (film) => [
    ...[`${film}-fanart`, `${film}-backdrop`, `${film}-background`],
    ...["fanart", "backdrop", "background", "art"],
  ],
};

/**
 * The picture of a kind that lies beside a film, absolute path; null for none, and where the folder cannot be read.
 * Names count without regard to case.
 */
export async function findSideArt(
  filmPath: string,
  kind: ArtKind,
  follow: Follow,
  list: ListFolder,
): Promise<SideArt | null> {
  const folder = dirname(filmPath);
  const film = basename(filmPath, extname(filmPath)).toLowerCase();
  const { files } = await list(folder);
  const byName = new Map(files.map((name) => [name.toLowerCase(), name]));
  for (const name of namesOf[kind](film)) {
    for (const extension of extensions) {
      const found = byName.get(name + extension);
      const art = found === undefined ? null : await lookBeside(join(folder, found), follow);
      if (art === null) continue;
      const { size: sizeBytes, mtimeMs: modifiedMs } = art.found;
      return { path: art.path, sizeBytes, modifiedMs };
    }
  }
  return null;
}
