import { readdir, stat } from "node:fs/promises";
import type { Stats } from "node:fs";

/** The path that may be read, links followed; throws for one out of reach. */
export type Follow = (path: string) => Promise<string>;

/** Names in a folder, hidden ones left out. */
export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

export type ListFolder = (folder: string) => Promise<Listing>;

/** A folder's time of change may be as coarse as this: one that was just written to is read again. */
const coarseMs = 3000;
const listingsKept = 500;

/** Lists folders; those that have not changed are not read again. Nothing for what cannot be read. */
export function createLister(): ListFolder {
  const known = new Map<string, { readonly changedMs: number; readonly listing: Listing }>();
  return async (folder) => {
    try {
      const changedMs = (await stat(folder)).mtimeMs;
      const before = known.get(folder);
      if (before?.changedMs === changedMs) return before.listing;
      const entries = await readdir(folder, { withFileTypes: true });
      const shown = entries.filter(({ name }) => !name.startsWith("."));
      const listing = {
        files: shown.filter((entry) => !entry.isDirectory()).map(({ name }) => name),
        folders: shown.filter((entry) => entry.isDirectory()).map(({ name }) => name),
      };
      known.delete(folder);
      if (Date.now() - changedMs > coarseMs) known.set(folder, { changedMs, listing });
      if (known.size > listingsKept) known.delete(known.keys().next().value ?? "");
      return listing;
    } catch {
      return { files: [], folders: [] };
    }
  };
}

/** A regular file that holds something, where its links lead; null for what is gone, empty, no file, or out of reach. */
export async function lookBeside(
  path: string,
  follow: Follow,
): Promise<{ readonly path: string; readonly found: Stats } | null> {
  try {
    const real = await follow(path);
    const found = await stat(real);
    return found.isFile() && found.size > 0 ? { path: real, found } : null;
  } catch {
    return null;
  }
}
