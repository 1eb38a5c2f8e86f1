import { realpath, stat } from "node:fs/promises";
import { isAbsolute, normalize, relative, sep } from "node:path";
import type { LibraryType } from "../../db/schema.ts";
import { errno, isExhausted } from "../../errors/viewra-error.ts";
import { isHiddenName, isMediaName } from "../media-name.ts";
import { forEachParallel } from "../parallel.ts";
import { isWithin } from "../walk.ts";
import { oldId, oldType } from "./old-values.ts";
import type { OldFileRow } from "./read-old-rows.ts";

/** A file of an old database that lies where it should. */
export interface FoundFile {
  readonly id: string;
  /** Absolute; as the old database has it, and without links. */
  readonly path: string;
  readonly realPath: string;
  readonly type: LibraryType;
  readonly sizeBytes: number;
}

/** A row that is not taken over. */
export interface LeftOut {
  readonly reason: string;
  /** The path or id, as far as it has one. */
  readonly what: string;
}

export const isFound = (file: FoundFile | LeftOut): file is FoundFile => "realPath" in file;

const looksAtOnce = 32;

/** Looks where each row says that its file is, in the order of the rows. Throws when the signal is aborted. */
export async function lookForFiles(
  rows: readonly OldFileRow[],
  signal: AbortSignal,
): Promise<(FoundFile | LeftOut)[]> {
  const found: (FoundFile | LeftOut)[] = [];
  await forEachParallel(rows.entries(), looksAtOnce, async ([i, row]) => {
    signal.throwIfAborted();
    found[i] = await lookFor(row);
  });
  return found;
}

async function lookFor(row: OldFileRow): Promise<FoundFile | LeftOut> {
  const id = oldId(row.id);
  if (id === null) return { reason: "the row has no id that can be used", what: String(row.id) };
  if (typeof row.path !== "string" || !isAbsolute(row.path) || row.path.includes("\0")) {
    return { reason: "the row has no absolute path", what: id };
  }
  const path = normalize(row.path);
  try {
    const realPath = await realpath(path);
    const stats = await stat(realPath);
    if (!stats.isFile()) return { reason: "it is no file", what: path };
    if (!isMediaName(path)) return { reason: "its name is not that of a media file", what: path };
    return { id, path, realPath, type: oldType(row.media_type), sizeBytes: stats.size };
  } catch (thrown) {
    if (isExhausted(thrown)) throw thrown;
    const code = errno(thrown) ?? String(thrown);
    const isGone = code === "ENOENT" || code === "ENOTDIR";
    const reason = isGone ? "the file is not there any more" : `the file cannot be read (${code})`;
    return { reason, what: path };
  }
}

/** The path by which a scan of a library would come upon a file; null where none would. */
export function pathWithin(folder: string, { path, realPath }: FoundFile): string | null {
  const shown = [path, realPath].find((each) => isWithin(each, folder));
  if (shown === undefined) return null;
  return relative(folder, shown).split(sep).some(isHiddenName) ? null : shown;
}
