import type { Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import { isHiddenName, isMediaName } from "./media-name.ts";
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
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface WalkOptions {
  /** The library's folder. */
  readonly root: string;
  /** Where to look: the root itself, or paths below it that something happened to. */
  readonly starts: readonly string[];
  readonly signal: AbortSignal;
}

const statsAtOnce = 64;

/**
 * Lists the media files below a folder. Follows symbolic links, each folder behind one once and none
 * that leads back into the library. Hidden files and folders stay out. Throws NOT_FOUND when the root
 * itself is not there, CANCELLED by the signal.
 */
export async function walk({ root, starts, signal }: WalkOptions): Promise<WalkResult> {
  const files = new Map<string, SeenFile>();
  const unreadable: { path: string; reason: string }[] = [];
  const home = await rootOf(root);
  const behindLinks = new Set<string>();
  const folders: BytePath[] = [];

  const look = async (path: BytePath, name: string): Promise<void> => {
    const entry = await lstat(path.bytes).catch((thrown: unknown) => thrown);
    if (!isStats(entry)) {
      const code = errno(entry);
      if (code !== "ENOENT" && code !== "ENOTDIR") unreadable.push(notRead(path, code));
      return;
    }
    const target = entry.isSymbolicLink()
      ? await stat(path.bytes).catch((thrown: unknown) => thrown)
      : entry;
    if (isStats(target) && target.isDirectory()) {
      if (!entry.isSymbolicLink() || (await isNewBehindLink(path, home, behindLinks))) {
        folders.push(path);
      }
    } else if (isMediaName(name)) {
      const { size, mtimeMs } = isStats(target) ? target : entry;
      const obstacle = obstacleOf(path, isStats(target) ? undefined : target);
      files.set(path.shown, {
        path: path.shown,
        sizeBytes: size,
        mtimeMs: Math.trunc(mtimeMs),
        obstacle,
      });
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
    for (let at = 0; at < names.length; at += statsAtOnce) {
      const some = names.slice(at, at + statsAtOnce);
      await Promise.all(some.map(({ bytes, text }) => look(joinBytes(folder, bytes), text)));
    }
  }
  return { files: [...files.values()], unreadable };
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
async function isNewBehindLink(link: BytePath, home: string, seen: Set<string>): Promise<boolean> {
  const real = await realpath(link.bytes, { encoding: "buffer" }).catch(() => undefined);
  if (real === undefined) return false;
  const shown = showName(real).text;
  if (isWithin(shown, home) || [...seen].some((other) => isWithin(shown, other))) return false;
  seen.add(shown);
  return true;
}

/** Whether a path is a folder itself or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function obstacleOf(path: BytePath, statError: unknown): string | null {
  if (!path.isUtf8) return "The file's name is not valid UTF-8: rename the file to use it";
  if (statError === undefined) return null;
  return errno(statError) === "ELOOP"
    ? "The file is a symbolic link that leads back to itself: repair the link"
    : "The file is a symbolic link that leads to nothing: repair the link";
}
