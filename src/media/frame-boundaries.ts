import { createBoundaries, type Boundaries } from "./boundaries.ts";
import { frameTicks, toNumber, frameTimescale, type Rational } from "./rational.ts";

/** A last segment shorter than this joins the one before: players stumble over tiny ones. */
const shortestTailSeconds = 0.5;
/** Nor may it be shorter in frames: an encoder cannot reorder pictures as in the other segments. */
const shortestTailFrames = 3;

/**
 * Boundaries every so many seconds, rounded to whole frames: equal steps, but for the last and those of a short
 * beginning: lengths in seconds, of which such as are no shorter than the others are left out.
 */
export function frameBoundaries(
  durationSeconds: number,
  frameRate: Rational,
  segmentSeconds: number,
  beginningSeconds: readonly number[] = [],
): Boundaries {
  const rate = toNumber(frameRate);
  const totalFrames = Math.max(1, Math.round(durationSeconds * rate));
  const segmentFrames = Math.max(1, Math.round(segmentSeconds * rate));
  const beginning: number[] = [];
  let seconds = 0;
  for (const length of beginningSeconds.filter((each) => each < segmentSeconds)) {
    const frame = Math.round((seconds += length) * rate);
    if (frame - (beginning.at(-1) ?? 0) >= shortestTailFrames) beginning.push(frame);
  }
  return evenBoundaries(totalFrames, frameRate, segmentFrames, beginning);
}

/** Boundaries every so many frames, from the last of those of the beginning on. */
export function evenBoundaries(
  totalFrames: number,
  frameRate: Rational,
  segmentFrames: number,
  beginning: readonly number[] = [],
): Boundaries {
  const frames = [0, ...beginning].filter((frame) => frame < totalFrames);
  if (frames.length > beginning.length) {
    const last = frames.at(-1) ?? 0;
    for (let at = last + segmentFrames; at < totalFrames; at += segmentFrames) frames.push(at);
  }
  const tailFrames = totalFrames - (frames.at(-1) ?? 0);
  const tailSeconds = tailFrames / toNumber(frameRate);
  const isTailShort = tailSeconds < shortestTailSeconds || tailFrames < shortestTailFrames;
  if (frames.length > 1 && isTailShort) frames.pop();
  frames.push(totalFrames);
  return boundariesAtFrames(frames, frameRate);
}

/** Boundaries at these frames: ascending, the first one 0, the last one the end. */
export function boundariesAtFrames(frames: readonly number[], frameRate: Rational): Boundaries {
  const ticks = frameTicks(frameRate);
  return createBoundaries(
    frameTimescale(frameRate),
    frames.map((frame) => frame * ticks),
  );
}
