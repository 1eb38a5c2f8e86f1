import { toNumber, type Rational } from "./rational.ts";
import { frameTicks, videoTimescale, type AudioRecipe } from "./recipe.ts";

/** The one segment grid of a plan, in frames of its frame rate. All renditions follow it. */
export interface Grid {
  readonly frameRate: Rational;
  readonly framesPerSegment: number;
  readonly totalFrames: number;
}

/** A rendition's exact segment boundaries. Segment n (counted from 1) is `[boundaries[n-1], boundaries[n])`. */
export interface Timeline {
  /** Ticks a second. */
  readonly timescale: number;
  /** Ticks of one coded frame: every boundary is a whole number of them. */
  readonly frameTicks: number;
  /** Ascending, from 0 to the whole duration; one more than there are segments. */
  readonly boundaries: readonly number[];
}

/** A last segment shorter than this joins the one before: players stumble over tiny ones. */
const shortestTailSeconds = 0.5;
/** Nor may it be shorter in frames: an encoder cannot reorder pictures as in the other segments. */
const shortestTailFrames = 3;

/** The grid for a duration in seconds and a wanted segment length in seconds. */
export function createGrid(
  durationSeconds: number,
  frameRate: Rational,
  segmentSeconds: number,
): Grid {
  const rate = toNumber(frameRate);
  return {
    frameRate,
    framesPerSegment: Math.max(1, Math.round(segmentSeconds * rate)),
    totalFrames: Math.max(1, Math.round(durationSeconds * rate)),
  };
}

/** Boundaries in frames of the grid. */
export function gridFrames({ frameRate, framesPerSegment, totalFrames }: Grid): number[] {
  const boundaries: number[] = [];
  for (let frame = 0; frame < totalFrames; frame += framesPerSegment) boundaries.push(frame);
  const tailFrames = totalFrames - (boundaries.at(-1) ?? 0);
  const tailIsShort =
    tailFrames / toNumber(frameRate) < shortestTailSeconds || tailFrames < shortestTailFrames;
  if (boundaries.length > 1 && tailIsShort) boundaries.pop();
  boundaries.push(totalFrames);
  return boundaries;
}

/** The timeline that all rungs share. */
export function videoTimeline(grid: Grid): Timeline {
  const ticks = frameTicks(grid.frameRate);
  return {
    timescale: videoTimescale(grid.frameRate),
    frameTicks: ticks,
    boundaries: gridFrames(grid).map((frame) => frame * ticks),
  };
}

/** The timeline of an audio rendition: each boundary is the first codec frame at or after the grid's. */
export function audioTimeline(grid: Grid, recipe: AudioRecipe): Timeline {
  const { num, den } = grid.frameRate;
  const { sampleRateHz, frameSamples } = recipe;
  // frame · den/num seconds · rate / frameSamples, in BigInt: the product passes 2^53 within a day of film.
  const codecFrame = (frame: number): number => {
    const dividend = BigInt(frame) * BigInt(den) * BigInt(sampleRateHz);
    const divisor = BigInt(num) * BigInt(frameSamples);
    return Number((dividend + divisor - 1n) / divisor);
  };
  return {
    timescale: sampleRateHz,
    frameTicks: frameSamples,
    boundaries: gridFrames(grid).map((frame) => codecFrame(frame) * frameSamples),
  };
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
