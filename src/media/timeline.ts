/** A rendition's exact segment boundaries. Segment n (counted from 1) is `[boundaries[n-1], boundaries[n])`. */
export interface Timeline {
  /** Ticks a second. */
  readonly timescale: number;
  /** Ascending, from 0 to the whole duration; one more than there are segments. */
  readonly boundaries: readonly number[];
}

export function segmentCount(timeline: Timeline): number {
  return timeline.boundaries.length - 1;
}

/** Start and end of segment `n` (from 1), in ticks. Throws RangeError when there is no such segment. */
export function segmentSpan(timeline: Timeline, n: number): { start: number; end: number } {
  const start = timeline.boundaries[n - 1];
  const end = timeline.boundaries[n];
  if (start === undefined || end === undefined) {
    throw new RangeError(`expected a segment from 1 to ${segmentCount(timeline)}, got ${n}`);
  }
  return { start, end };
}

export function segmentSeconds(timeline: Timeline, n: number): number {
  const { start, end } = segmentSpan(timeline, n);
  return (end - start) / timeline.timescale;
}

export function totalTicks(timeline: Timeline): number {
  return timeline.boundaries.at(-1) ?? 0;
}

export function durationSeconds(timeline: Timeline): number {
  return totalTicks(timeline) / timeline.timescale;
}

/** The number (from 1) of the segment that holds a moment; the nearest one for a moment outside. */
export function segmentAt(timeline: Timeline, seconds: number): number {
  const ticks = seconds * timeline.timescale;
  let low = 1;
  let high = segmentCount(timeline);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    // A microsecond of grace: a player asks for 4.004 where the boundary is 4.004000000000001.
    if ((timeline.boundaries[middle - 1] ?? 0) <= ticks + timeline.timescale / 1e6) low = middle;
    else high = middle - 1;
  }
  return low;
}
