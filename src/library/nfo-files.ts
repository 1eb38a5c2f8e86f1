import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createLister, lookBeside, type Follow } from "./beside.ts";
import { largestNfoBytes, readNfo, type NfoReading } from "./names/nfo.ts";
import { isNfoName } from "./media-name.ts";

/** An NFO file as a look at its folder found it. */
export interface SeenNfo {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** NFO files of folders, by their names in lower case. */
export type NfosIn = (folder: string) => Promise<ReadonlyMap<string, SeenNfo>>;

const none: ReadonlyMap<string, SeenNfo> = new Map();

/**
 * What a walk found, and for folders that it did not come through a look of its own, once. `walked`: every folder that
 * was listed, with the NFO files in it.
 */
export function createNfoListing(
  walked: ReadonlyMap<string, readonly SeenNfo[]>,
  follow: Follow,
): NfosIn {
  const list = createLister();
  const found = new Map<string, Promise<ReadonlyMap<string, SeenNfo>>>();
  const look = async (folder: string): Promise<ReadonlyMap<string, SeenNfo>> => {
    const seen = walked.get(folder);
    if (seen !== undefined) return seen.length === 0 ? none : byName(seen);
    const names = (await list(folder)).files.filter(isNfoName);
    const files = await Promise.all(
      names.map(async (name): Promise<SeenNfo[]> => {
        const path = join(folder, name);
        const real = await follow(path).catch(() => null);
        const state = real === null ? null : await stat(real).catch(() => null);
        if (state === null) return [];
        return [{ path, sizeBytes: state.size, mtimeMs: Math.trunc(state.mtimeMs) }];
      }),
    );
    return byName(files.flat());
  };
  return (folder) => {
    const known = found.get(folder) ?? look(folder);
    found.set(folder, known);
    return known;
  };
}

function byName(files: readonly SeenNfo[]): ReadonlyMap<string, SeenNfo> {
  return new Map(
    files.map((file) => [file.path.slice(file.path.lastIndexOf("/") + 1).toLowerCase(), file]),
  );
}

/** Reads NFO files, each once; null for what says nothing, cannot be read or is too large to be one. */
export function createNfoReader(follow: Follow): (path: string) => Promise<NfoReading | null> {
  const read = new Map<string, Promise<NfoReading | null>>();
  const open = async (path: string): Promise<NfoReading | null> => {
    const beside = await lookBeside(path, follow);
    if (beside === null || beside.found.size > largestNfoBytes) return null;
    try {
      // No more than was looked at: it may grow meanwhile.
      return readNfo(await Bun.file(beside.path).slice(0, largestNfoBytes).bytes());
    } catch {
      return null;
    }
  };
  return (path) => {
    const known = read.get(path) ?? open(path);
    read.set(path, known);
    return known;
  };
}
