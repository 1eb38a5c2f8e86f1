import type { Database } from "../../db/database.ts";
import { listLibraries, type LibraryRow } from "../../db/libraries.ts";
import { takeOver } from "../../db/take-over.ts";
import type { SessionRow } from "../../db/transcode-sessions.ts";
import { isFound, lookForFiles, type LeftOut } from "./look-for-files.ts";
import { idsByPath, readOldSession } from "./old-sessions.ts";
import { placeFiles } from "./place-files.ts";
import { readOldRows } from "./read-old-rows.ts";

/** What became of an old database's rows. */
export interface TakeOverReport {
  /** Libraries that were made. */
  readonly libraries: readonly LibraryRow[];
  readonly files: {
    readonly read: number;
    readonly added: number;
    /** Here under another id before; the old one leads to them now. */
    readonly linked: number;
    readonly known: number;
    readonly leftOut: readonly LeftOut[];
  };
  /** Null where the old database has no table of them. */
  readonly sessions: {
    readonly read: number;
    readonly added: number;
    readonly known: number;
    readonly leftOut: readonly LeftOut[];
  } | null;
}

export interface TakeOverOptions {
  readonly db: Database;
  /** Folders without links that are to become libraries anyway. */
  readonly libraryFolders: readonly string[];
  /** Only says what would be done. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/**
 * Takes over what an old Viewra's database knows: media files that are still there, with their ids, and sessions, so that
 * addresses made of either go on working. All of it or nothing; what is here already is not touched, so it may be done
 * again. Throws DATABASE_UNUSABLE of either database; the signal's reason.
 */
export async function takeOverOld(path: string, options: TakeOverOptions): Promise<TakeOverReport> {
  const { db, libraryFolders, dryRun, signal } = options;
  const nowMs = Date.now();
  const old = await readOldRows(path);
  const looked = await lookForFiles(old.files, signal);
  const known = await listLibraries(db);
  const placed = await placeFiles(looked.filter(isFound), known, libraryFolders, nowMs);

  const ids = idsByPath(old.files);
  const read = (old.sessions ?? []).map((row) => readOldSession(row, ids, nowMs));
  const sessions = read.filter(isSession);
  signal.throwIfAborted();
  const { libraries, files } = placed;
  const fates = await takeOver(db, { libraries, files, sessions }, { nowMs, dryRun });
  const gone = sessions.filter((_, i) => fates.sessions[i] === "lost");
  return {
    libraries,
    files: {
      read: old.files.length,
      added: count(fates.files, "added"),
      linked: count(fates.files, "linked"),
      known: count(fates.files, "known"),
      leftOut: [...looked.filter(isLeftOut), ...placed.leftOut],
    },
    sessions: old.sessions && {
      read: old.sessions.length,
      added: count(fates.sessions, "added"),
      known: count(fates.sessions, "known"),
      leftOut: [
        ...read.filter(isLeftOut),
        ...gone.map(({ id }) => ({ reason: "its media file was not taken over", what: id })),
      ],
    },
  };
}

function isSession(read: SessionRow | LeftOut): read is SessionRow {
  return !isLeftOut(read);
}

function isLeftOut(read: object): read is LeftOut {
  return "reason" in read;
}

function count<Fate>(fates: readonly Fate[], fate: Fate): number {
  return fates.filter((each) => each === fate).length;
}
