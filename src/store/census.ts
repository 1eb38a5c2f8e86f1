import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { errno } from "../errors/viewra-error.ts";
import type { ContentSummary, ObjectRecord } from "./content-store.ts";
import { isContentHash, isFanOut, type Layout } from "./layout.ts";
import { readRecords } from "./record-log.ts";

/** How much the store holds, kept up to date instead of counted at each question. */
export interface Census {
  /** What a content holds now, from whoever has it loaded. */
  set(hash: string, records: Iterable<ObjectRecord>): void;
  add(hash: string, objects: number, bytes: number): void;
  remove(hash: string): void;
  /** Every content. The first call reads all records once; later ones touch no disk. */
  contents(): Promise<ReadonlyMap<string, ContentSummary>>;
}

export function createCensus(layout: Layout): Census {
  const known = new Map<string, ContentSummary>();
  /** Removed while the walk may still be about to count them. */
  const removed = new Set<string>();
  let walk: Promise<void> | undefined;
  let isCounted = false;

  const set = (hash: string, records: Iterable<ObjectRecord>): void => {
    known.set(hash, summarize(hash, records));
    removed.delete(hash);
  };
  const countEverything = async (): Promise<void> => {
    for await (const hash of storedHashes(layout)) {
      if (known.has(hash)) continue;
      const { present } = await readRecords(layout.records(hash));
      // It may have been loaded or deleted meanwhile, and that is the newer truth.
      if (!known.has(hash) && !removed.has(hash)) set(hash, present.values());
    }
    removed.clear();
    isCounted = true;
  };
  return {
    set,
    add: (hash, objects, bytes) => {
      const before = known.get(hash);
      if (!before) return;
      known.set(hash, { hash, objects: before.objects + objects, bytes: before.bytes + bytes });
    },
    remove: (hash) => {
      known.delete(hash);
      if (!isCounted) removed.add(hash);
    },
    contents: async () => {
      walk ??= countEverything().catch((cause: unknown) => {
        walk = undefined;
        throw cause;
      });
      await walk;
      return known;
    },
  };
}

function summarize(hash: string, records: Iterable<ObjectRecord>): ContentSummary {
  let objects = 0;
  let bytes = 0;
  for (const record of records) {
    objects += 1;
    bytes += record.sizeBytes;
  }
  return { hash, objects, bytes };
}

/** Hashes of all content folders, by walking the two levels above them. */
async function* storedHashes(layout: Layout): AsyncGenerator<string> {
  for (const outer of await namesIn(layout.root)) {
    if (!isFanOut(outer)) continue;
    for (const inner of await namesIn(join(layout.root, outer))) {
      if (!isFanOut(inner)) continue;
      const names = await namesIn(join(layout.root, outer, inner));
      yield* names.filter((name) => isContentHash(name) && name.startsWith(outer + inner));
    }
  }
}

async function namesIn(path: string): Promise<string[]> {
  return await readdir(path).catch((cause: unknown) => {
    const gone = errno(cause) === "ENOENT" || errno(cause) === "ENOTDIR";
    if (gone) return [];
    throw cause;
  });
}
