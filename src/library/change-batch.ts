import type { Database } from "../db/database.ts";
import { applyFileChanges, type FileChange } from "../db/media-file-changes.ts";

export interface ChangeBatch {
  /** Resolves when the change is taken, which now and then means when a batch is on disk. */
  add(change: FileChange): Promise<void>;
  flush(): Promise<void>;
}

export interface ChangeBatchOptions {
  readonly db: Database;
  /** Sees a batch before it is written and may answer with a better one. */
  readonly review: (changes: readonly FileChange[]) => Promise<readonly FileChange[]>;
  readonly maxChanges?: number;
  readonly maxAgeMs?: number;
}

/** Gathers changes into short transactions: few syncs of the disk, and results are seen soon. */
export function createChangeBatch({
  db,
  review,
  maxChanges = 50,
  maxAgeMs = 500,
}: ChangeBatchOptions): ChangeBatch {
  let pending: FileChange[] = [];
  let since = 0;
  const flush = async (): Promise<void> => {
    const changes = pending;
    pending = [];
    if (changes.length > 0) await applyFileChanges(db, await review(changes), Date.now());
  };
  return {
    add: async (change) => {
      if (pending.length === 0) since = performance.now();
      pending.push(change);
      if (pending.length >= maxChanges || performance.now() - since >= maxAgeMs) await flush();
    },
    flush,
  };
}
