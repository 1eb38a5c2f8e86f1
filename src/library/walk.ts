import type { Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { errno, isExhausted, toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { isHiddenName, isMediaName, isNfoName } from "./media-name.ts";
import type { SeenNfo } from "./nfo-files.ts";
import { bytePath, joinBytes, showName, type BytePath } from "./path-bytes.ts";

/** A file that bears a media name. */
export interface SeenFile {
  /** Absolute; odd bytes stand as `\xHH`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Whole milliseconds, truncated. */
  readonly mtimeMs: number;
  /** Why it cannot even be opened; null for all others. */
  readonly obstacle: string | null;
}

export interface WalkResult {
  readonly files: readonly SeenFile[];
  /** What could not be looked at: nothing is known of what lies there and below. */
  readonly unreadable: readonly NotWalked[];
  /** Folders behind links that lead out of reach: nothing of what lies there counts as seen. */
  readonly outOfReach: readonly NotWalked[];
  /** Every folder that was listed, with the NFO files in it. */
  readonly folders: ReadonlyMap<string, readonly SeenNfo[]>;
}

export interface NotWalked {
  readonly path: string;
  readonly reason: string;
}

export interface WalkOptions {
  /** The library's folder. */
  readonly root: string;
  /** Where to look: the root itself, or paths below it that something happened to. */
  readonly starts: readonly string[];
  /** Whether a path without links may be opened: where links lead is judged by it. */
  readonly isInReach: (realPath: string) => boolean;
  readonly signal: AbortSignal;
}

const statsAtOnce = 64;

/**
 * Lists the media files below a folder. Follows symbolic links, each folder behind one once and none
 * that leads back into the library or out of reach. Hidden files and folders stay out. Throws NOT_FOUND
 * when the root itself is not there, PATH_NOT_ALLOWED when it became a link that leads out of reach,
 * CANCELLED by the signal.
 */
export async function walk(options: WalkOptions): Promise<WalkResult> {
  const { root, starts, isInReach, signal } = options;
  const files = new Map<string, SeenFile>();
  const unreadable: NotWalked[] = [];
  const outOfReach: NotWalked[] = [];
  const home = await rootOf(root);
  if (home !== root && !isInReach(home)) {
    throw new ViewraError("PATH_NOT_ALLOWED", leadsOut("library's folder"));
  }
  const behindLinks = new Set<string>();
  const folders: BytePath[] = [];
  const listed = new Map<string, SeenNfo[]>();

  const look = async (path: BytePath, name: string): Promise<void> => {
    const entry = await lstat(path.bytes).catch((thrown: unknown) => thrown);
    if (!isStats(entry)) {
      const code = errno(entry);
      if (code !== "ENOENT" && code !== "ENOTDIR") unreadable.push(notRead(path, code));
      return;
    }
    const isLink = entry.isSymbolicLink();
    const target = isLink ? await stat(path.bytes).catch((thrown: unknown) => thrown) : entry;
    // undefined: no link, or one that leads to nothing.
    const real = isLink && isStats(target) ? await realPathOf(path) : undefined;
    const leadsAway = real !== undefined && !isInReach(real);
    if (isStats(target) && target.isDirectory()) {
      if (leadsAway) outOfReach.push({ path: path.shown, reason: leadsOut("folder") });
      else if (!isLink || isNewBehindLink(real, home, behindLinks)) folders.push(path);
    } else if (isMediaName(name)) {
      // Nothing is told of what lies out of reach, not even its size.
      const { size, mtimeMs } = isStats(target) && !leadsAway ? target : entry;
      const obstacle = leadsAway
        ? leadsOut("file")
        : obstacleOf(path, isStats(target) ? undefined : target);
      files.set(path.shown, {
        path: path.shown,
        sizeBytes: size,
        mtimeMs: Math.trunc(mtimeMs),
        obstacle,
      });
    } else if (isNfoName(name) && isStats(target) && !leadsAway && path.isUtf8) {
      const { size, mtimeMs } = target;
      const inFolder = listed.get(path.shown.slice(0, path.shown.lastIndexOf("/")) || "/");
      inFolder?.push({ path: path.shown, sizeBytes: size, mtimeMs: Math.trunc(mtimeMs) });
    }
  };

  for (const start of starts) {
    if (start === root) folders.push(bytePath(root));
    else await look(bytePath(start), start.slice(start.lastIndexOf("/") + 1));
  }
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (signal.aborted) throw new ViewraError("CANCELLED");
    const names = await namesIn(folder.bytes).catch((thrown: unknown) => errno(thrown));
    if (!Array.isArray(names)) {
      if (names !== "ENOENT") unreadable.push(notRead(folder, names));
      continue;
    }
    listed.set(folder.shown, []);
    for (let at = 0; at < names.length; at += statsAtOnce) {
      const some = names.slice(at, at + statsAtOnce);
      await Promise.all(some.map(({ bytes, text }) => look(joinBytes(folder, bytes), text)));
    }
  }
  return { files: [...files.values()], unreadable, outOfReach, folders: listed };
}

function isStats(value: unknown): value is Stats {
  return typeof value === "object" && value !== null && "isDirectory" in value;
}

function notRead(path: BytePath, code: string | undefined) {
  return { path: path.shown, reason: `The system could not read it (${code ?? "unknown"})` };
}

async function rootOf(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    if (isExhausted(cause)) throw toViewraError(cause);
    throw new ViewraError("NOT_FOUND", missingRoot, { cause });
  }
  throw new ViewraError("NOT_FOUND", missingRoot);
}

const missingRoot =
  "The library's folder is not there, or may not be entered: is its disk mounted?";

async function namesIn(folder: Buffer): Promise<{ bytes: Buffer; text: string }[]> {
  const names = await readdir(folder, { encoding: "buffer" });
  return names
    .map((bytes) => ({ bytes, text: showName(bytes).text }))
    .filter(({ text }) => !isHiddenName(text));
}

/** False for a link into the library, which is walked anyway, and for a folder met behind a link before. */
function isNewBehindLink(real: string | undefined, home: string, seen: Set<string>): boolean {
  if (real === undefined) return false;
  if (isWithin(real, home) || [...seen].some((other) => isWithin(real, other))) return false;
  seen.add(real);
  return true;
}

async function realPathOf(link: BytePath): Promise<string | undefined> {
  const real = await realpath(link.bytes, { encoding: "buffer" }).catch(() => undefined);
  return real === undefined ? undefined : showName(real).text;
}

/** Whether a path is a folder itself or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** What is wrong with a path that a symbolic link leads out of reach, for people. */
export function leadsOut(what: "file" | "folder" | "library's folder"): string {
  return `The ${what} is, or lies behind, a symbolic link that leads out of every library: add the folder it leads to as a library, or name it in VIEWRA_BROWSE_ROOTS`;
}

function obstacleOf(path: BytePath, statError: unknown): string | null {
  if (!path.isUtf8) return "The file's name is not valid UTF-8: rename the file to use it";
  if (statError === undefined) return null;
  return errno(statError) === "ELOOP"
    ? "The file is a symbolic link that leads back to itself: repair the link"
    : "The file is a symbolic link that leads to nothing: repair the link";
}
