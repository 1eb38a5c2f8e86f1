import { createBoundaries, type Boundaries } from "./boundaries.ts";
import { frameTicks, toNumber, frameTimescale, type Rational } from "./rational.ts";

/** A last segment shorter than this joins the one before: players stumble over tiny ones. */
const shortestTailSeconds = 0.5;
/** Nor may it be shorter in frames: an encoder cannot reorder pictures as in the other segments. */
const shortestTailFrames = 3;

/** Boundaries every so many seconds, rounded to whole frames: equal steps, but for the last. */
export function frameBoundaries(
  durationSeconds: number,
  frameRate: Rational,
  segmentSeconds: number,
): Boundaries {
  const rate = toNumber(frameRate);
  const totalFrames = Math.max(1, Math.round(durationSeconds * rate));
  return evenBoundaries(totalFrames, frameRate, Math.max(1, Math.round(segmentSeconds * rate)));
}

/** Boundaries every so many frames. */
export function evenBoundaries(
  totalFrames: number,
  frameRate: Rational,
  segmentFrames: number,
): Boundaries {
  const frames: number[] = [];
  for (let frame = 0; frame < totalFrames; frame += segmentFrames) frames.push(frame);
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
