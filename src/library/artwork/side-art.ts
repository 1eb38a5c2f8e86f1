import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

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
 * Names count without regard to case. `open`: gives the path that may be read, or throws for one out of reach.
 */
export async function findSideArt(
  filmPath: string,
  kind: ArtKind,
  follow: (path: string) => Promise<string>,
): Promise<SideArt | null> {
  const folder = dirname(filmPath);
  const film = basename(filmPath, extname(filmPath)).toLowerCase();
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const byName = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isDirectory()) byName.set(entry.name.toLowerCase(), entry.name);
  }
  for (const name of namesOf[kind](film)) {
    for (const extension of extensions) {
      const found = byName.get(name + extension);
      const art = found === undefined ? null : await look(join(folder, found), follow);
      if (art !== null) return art;
    }
  }
  return null;
}

/** null for what is gone, empty, no regular file, or out of reach. */
async function look(
  path: string,
  follow: (path: string) => Promise<string>,
): Promise<SideArt | null> {
  try {
    const real = await follow(path);
    const found = await stat(real);
    if (!found.isFile() || found.size === 0) return null;
    return { path: real, sizeBytes: found.size, modifiedMs: found.mtimeMs };
  } catch {
    return null;
  }
}
