import { join } from "node:path";
import { ViewraError } from "../errors/viewra-error.ts";

/*
 * Every path of the disk store (FORMAT.md says what the files hold):
 *
 *   <root>/
 *     tmp/                       being written, or on its way out; swept at start
 *     ab/cd/<hash>/              `ab` and `cd` are the first four digits of the hash
 *       plan.json                first object of every content
 *       .plan.json               a copy of it: all else can be made again from it
 *       objects.log              the record: name, size and SHA-256 of every object
 *       manifest.mpd  master.m3u8  v720.m3u8
 *       v720/init.mp4  v720/1.m4s …
 */

export interface Layout {
  readonly root: string;
  readonly temporary: string;
  folder(hash: string): string;
  /** The plan and its copy. */
  plans(hash: string): readonly string[];
  records(hash: string): string;
  object(hash: string, name: string): string;
}

export const planName = "plan.json";
/** No name an object can have. */
export const planCopyName = ".plan.json";
export const recordsName = "objects.log";

export function createLayout(root: string): Layout {
  const folder = (hash: string): string => join(root, hash.slice(0, 2), hash.slice(2, 4), hash);
  return {
    root,
    temporary: join(root, "tmp"),
    folder,
    plans: (hash) => [planName, planCopyName].map((name) => join(folder(hash), name)),
    records: (hash) => join(folder(hash), recordsName),
    object: (hash, name) => join(folder(hash), name),
  };
}

/** 64 lower-case hex digits. */
export function isContentHash(hash: string): boolean {
  return /^[0-9a-f]{64}$/.test(hash);
}

/** Two hex digits: a folder of the two levels above the contents. */
export function isFanOut(name: string): boolean {
  return /^[0-9a-f]{2}$/.test(name);
}

/**
 * One or two parts of `a-z 0-9 . _ -` that begin with a letter or digit, up to 100 characters each: no
 * `..`, nothing hidden, nothing absolute, and never the record itself.
 */
export function isObjectName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9._-]{0,99}(?:\/[a-z0-9][a-z0-9._-]{0,99})?$/.test(name) && name !== recordsName
  );
}

/** Throws OBJECT_NOT_FOUND unless both are of their form: nothing else may become a path. */
export function requireAddress(hash: string, name: string): void {
  if (!isContentHash(hash) || !isObjectName(name)) throw new ViewraError("OBJECT_NOT_FOUND");
}
