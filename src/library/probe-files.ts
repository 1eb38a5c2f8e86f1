import { lstat } from "node:fs/promises";
import type { Database } from "../db/database.ts";
import {
  listKnownByFingerprint,
  type FileChange,
  type KnownFile,
} from "../db/media-file-changes.ts";
import type { ScanCounters } from "../db/scans.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Prober } from "../probe/prober.ts";
import { createChangeBatch } from "./change-batch.ts";
import { examineFile } from "./examine-file.ts";
import { forEachParallel } from "./parallel.ts";
import type { ToProbe } from "./plan-changes.ts";

export interface ProbeDeps {
  readonly db: Database;
  readonly prober: Prober;
  /** How many files are probed at once. */
  readonly concurrency: number;
}

export interface ProbeTask {
  readonly signal: AbortSignal;
  readonly onProgress?: (counters: ScanCounters, currentPath: string) => void;
}

/** Counters while they grow. */
export type RunningCounters = { -readonly [Name in keyof ScanCounters]: ScanCounters[Name] };

/**
 * Probes files in parallel and writes what was found as it comes, counting along. Throws CANCELLED,
 * SHUTTING_DOWN, PROGRAM_MISSING and what the database throws; what was probed until then is kept.
 */
export async function probeFiles(
  deps: ProbeDeps,
  { signal, onProgress }: ProbeTask,
  toProbe: readonly ToProbe[],
  counters: RunningCounters,
): Promise<void> {
  const { db, prober, concurrency } = deps;
  // One failure that concerns all files stops the probes that run beside it.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const batch = createChangeBatch({
    db,
    review: async (changes) => {
      const reviewed = await adoptFromElsewhere(db, changes);
      const adopted = reviewed.filter(({ kind }) => kind === "move").length;
      counters.moved += adopted;
      counters.added -= adopted;
      return reviewed;
    },
  });
  const probeOne = async ({ file, place, id }: ToProbe): Promise<void> => {
    if (either.aborted) throw new ViewraError("CANCELLED");
    onProgress?.(counters, file.path);
    const facts = await examineFile(prober, file, either);
    if (facts === null) {
      if (id !== null) counters.removed++;
      if (id !== null) await batch.add({ kind: "lose", id });
      return;
    }
    if ("reasonCode" in facts.outcome) counters.failed++;
    else if (id === null) counters.added++;
    else counters.updated++;
    await batch.add(
      id === null ? { kind: "add", place, facts } : { kind: "replace", id, place, facts },
    );
  };
  try {
    await forEachParallel(toProbe, concurrency, async (item) => {
      try {
        await probeOne(item);
      } catch (thrown) {
        stop.abort();
        throw thrown;
      }
    });
  } finally {
    // What was probed before a cancellation stays.
    await batch.flush();
  }
}

/**
 * A film known from another library, or from a folder that this look did not cover, and no longer there
 * has moved here with its id and its resume position.
 */
async function adoptFromElsewhere(
  db: Database,
  changes: readonly FileChange[],
): Promise<readonly FileChange[]> {
  const fingerprints = changes.flatMap((change) =>
    change.kind === "add" && "fingerprint" in change.facts.outcome
      ? [change.facts.outcome.fingerprint]
      : [],
  );
  if (fingerprints.length === 0) return changes;
  const elsewhere = await listKnownByFingerprint(db, fingerprints);
  const free = new Set<KnownFile>();
  for (const file of elsewhere) {
    const isThere =
      file.status !== "missing" && (await lstat(file.path).then(Boolean, () => false));
    if (!isThere) free.add(file);
  }
  return changes.flatMap((change): FileChange[] => {
    if (change.kind !== "add") return [change];
    const { place, facts } = change;
    const adopted = [...free].find((file) => file.fingerprint === facts.fingerprint);
    if (adopted === undefined) return [change];
    free.delete(adopted);
    const { id } = adopted;
    return [
      { kind: "move", id, place, mtimeMs: facts.mtimeMs },
      { kind: "replace", id, place, facts },
    ];
  });
}
