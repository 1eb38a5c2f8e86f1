import { setTimeout as sleep } from "node:timers/promises";
import { segmentAt, segmentCount, segmentSpan, type Timeline } from "../media/timeline.ts";
import type { SegmentRange } from "./later-wishes.ts";
import type { RenditionWork } from "./rendition-work.ts";

export interface PrewarmWish {
  /** Seconds of the film, `[from, to)`; all of it when left out. */
  readonly from?: number;
  readonly to?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (made: PrewarmProgress) => void;
}

export interface PrewarmProgress {
  /** Segments that are stored, of how many. */
  readonly done: number;
  readonly total: number;
  /** That came to be stored since it began. */
  readonly bytes: number;
}

/** What is made is counted so often, milliseconds. */
const lookMs = 250;

/**
 * Has what is missing of some renditions made when the machine has nothing else to do, until it is stored. Rejects with the
 * signal's reason, or with why what is left is not made.
 */
export async function prewarm(
  works: readonly RenditionWork[],
  { from = 0, to = Infinity, signal, onProgress }: PrewarmWish,
  storedBytes: () => number,
): Promise<void> {
  const bytesBefore = storedBytes();
  const wanted = works.map((work) => ({ work, range: segmentsOf(work.timeline, from, to) }));
  const total = wanted.reduce((sum, { range }) => sum + lengthOf(range), 0);
  const ends = wanted.map(({ work, range }) => work.prewarm(range));
  try {
    for (let told = -1; ;) {
      signal.throwIfAborted();
      const missing = wanted.flatMap(({ work, range }) => missingOf(work, range));
      const done = total - missing.length;
      if (done !== told) onProgress({ done, total, bytes: storedBytes() - bytesBefore });
      told = done;
      if (done === total) return;
      const refusals = missing.map(({ work, n }) => work.refusalOf(n));
      const [first] = refusals;
      if (first && !refusals.includes(null)) throw first;
      await sleep(lookMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } finally {
    for (const end of ends) end();
  }
}

function missingOf(work: RenditionWork, { from, to }: SegmentRange) {
  const missing: { readonly work: RenditionWork; readonly n: number }[] = [];
  for (let n = from; n <= to; n++) if (!work.stored.has(n)) missing.push({ work, n });
  return missing;
}

/** The segments that hold `[from, to)`, seconds; those next to it where it lies outside, or is empty. */
export function segmentsOf(timeline: Timeline, from: number, to: number): SegmentRange {
  const first = segmentAt(timeline, from);
  const last = to === Infinity ? segmentCount(timeline) : segmentAt(timeline, to);
  const isBefore = segmentSpan(timeline, last).start < to * timeline.timescale;
  return { from: first, to: Math.max(first, isBefore ? last : last - 1) };
}

function lengthOf({ from, to }: SegmentRange): number {
  return to - from + 1;
}
