import { dirname } from "node:path";
import { dropEmptyAlbums } from "../db/album-changes.ts";
import type { Database } from "../db/database.ts";
import type { LibraryRow } from "../db/libraries.ts";
import {
  applyFileChanges,
  listKnownFiles,
  type FileChange,
  type KnownFile,
} from "../db/media-file-changes.ts";
import type { ScanCounters } from "../db/scans.ts";
import { dropEmptySeries } from "../db/series-changes.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { fingerprintOrNull } from "./examine-file.ts";
import { isNfoName } from "./media-name.ts";
import { createNamer } from "./name-files.ts";
import { createNfoListing } from "./nfo-files.ts";
import { forEachParallel } from "./parallel.ts";
import { planChanges } from "./plan-changes.ts";
import { probeFiles, type ProbeDeps, type ProbeTask } from "./probe-files.ts";
import type { Reach } from "./reach.ts";
import { compare, resolve, type Comparison, type Suspect } from "./reconcile.ts";
import { renamed, placesOf } from "./renamed.ts";
import { isWithin, walk, type SeenFile } from "./walk.ts";

export interface ScanDeps extends ProbeDeps {
  readonly reach: Pick<Reach, "snapshot" | "follow">;
  readonly log: Logger;
}

export interface ScanTask extends ProbeTask {
  readonly library: LibraryRow;
  /** Where to look; the library's whole folder when left out. */
  readonly starts?: readonly string[] | undefined;
  /** Look again at files that could not be read and have not changed since. */
  readonly retryUnreadable: boolean;
  /** False for a file that is still being written: it is left for a later look. */
  readonly isSettled?: (file: SeenFile) => boolean;
}

const changesAtOnce = 200;

/**
 * Brings what is known of a library in line with its folder: the disk is walked, the differences are
 * probed in parallel and written as they come. One file never stops it. Throws NOT_FOUND when the
 * folder is not there (and then changes nothing), PATH_NOT_ALLOWED when it leads out of reach, CANCELLED, PROGRAM_MISSING, DATABASE_UNUSABLE.
 */
export async function scanFiles(deps: ScanDeps, task: ScanTask): Promise<ScanCounters> {
  const { db, log, reach } = deps;
  const { library } = task;
  // An NFO file tells of what lies beside and below it.
  const below = task.starts?.map((start) => (isNfoName(start) ? dirname(start) : start));
  const starts = below ?? [library.path];
  const isInReach = await reach.snapshot();
  const seen = await walk({ root: library.path, starts, isInReach, signal: task.signal });
  const notWalked = [...seen.unreadable, ...seen.outOfReach];
  for (const folder of notWalked) log.warn("folder not scanned", { ...folder });

  const inView = (path: string): boolean =>
    starts.some((start) => isWithin(path, start)) &&
    !seen.unreadable.some((folder) => isWithin(path, folder.path));
  const known = (await listKnownFiles(db, library.id, below)).filter(
    (file) => file.status === "missing" || inView(file.path),
  );
  const looksAgain = (file: KnownFile): boolean =>
    file.isOutdated || (!file.isReadable && (task.retryUnreadable || file.fingerprint === null));
  const comparison = settled(compare(known, seen.files, looksAgain), task.isSettled);

  const counters = { found: 0, added: 0, updated: 0, moved: 0, removed: 0, failed: 0 };
  counters.found = seen.files.length;
  counters.failed = notWalked.length;
  task.onProgress?.(counters, library.path);

  const fingerprints = await readFingerprints(deps, comparison, task.signal);
  const resolution = resolve(comparison, fingerprints);
  const namer = createNamer(library, createNfoListing(seen.folders, reach.follow), reach.follow);
  const places = await placesOf(library, comparison.suspects, namer, task.signal);
  const plan = planChanges(comparison, resolution, looksAgain, places);
  await applyInSteps(db, plan.changes, task.signal);
  counters.moved += plan.moved;
  counters.removed += resolution.lost.length;
  counters.updated += plan.cameBack;
  const others = await renamed({
    library,
    known,
    seen: seen.files,
    plan,
    resolution,
    namer,
    signal: task.signal,
  });
  await applyInSteps(db, others, task.signal);
  // Those that are probed as well are counted there.
  const probed = new Set(plan.toProbe.map(({ id }) => id));
  counters.updated += others.filter((change) => !("id" in change) || !probed.has(change.id)).length;
  await probeFiles(deps, task, plan.toProbe, counters);
  if (library.type === "music" && plan.changes.length + others.length + plan.toProbe.length > 0) {
    await dropEmptyAlbums(db, library.id);
  }
  if (library.type === "tv" && plan.changes.length + others.length > 0) {
    await dropEmptySeries(db, library.id);
  }
  return counters;
}

/** Drops suspects that are still being written; a file that looks like one that is gone was only moved. */
function settled(comparison: Comparison, isSettled: ScanTask["isSettled"]): Comparison {
  if (isSettled === undefined) return comparison;
  const look = (file: { sizeBytes: number; mtimeMs: number }) =>
    `${file.sizeBytes}:${file.mtimeMs}`;
  const moved = new Set(comparison.gone.map(look));
  return {
    ...comparison,
    suspects: comparison.suspects.filter(({ file }) => isSettled(file) || moved.has(look(file))),
  };
}

/** Only where there is something to compare with: a first scan leaves it to the probe. */
async function readFingerprints(
  { concurrency }: ScanDeps,
  { suspects, gone }: Comparison,
  signal: AbortSignal,
): Promise<ReadonlyMap<SeenFile, string>> {
  const wanted = gone.length > 0 || suspects.some(({ known }) => known !== null) ? suspects : [];
  const fingerprints = new Map<SeenFile, string>();
  await forEachParallel(wanted, concurrency, async ({ file }: Suspect) => {
    if (signal.aborted) throw new ViewraError("CANCELLED");
    const fingerprint = file.obstacle === null ? await fingerprintOrNull(file.path) : null;
    if (fingerprint !== null) fingerprints.set(file, fingerprint);
  });
  return fingerprints;
}

/** Whatever leaves its path goes first, so that steps may come one transaction at a time. */
async function applyInSteps(
  db: Database,
  changes: readonly FileChange[],
  signal: AbortSignal,
): Promise<void> {
  const leaving = changes.flatMap((change): FileChange[] =>
    change.kind === "lose" || change.kind === "move" ? [{ kind: "lose", id: change.id }] : [],
  );
  const arriving = changes.filter(({ kind }) => kind !== "lose");
  for (const phase of [leaving, arriving]) {
    for (let at = 0; at < phase.length; at += changesAtOnce) {
      if (signal.aborted) throw new ViewraError("CANCELLED");
      await applyFileChanges(db, phase.slice(at, at + changesAtOnce), Date.now());
    }
  }
}
