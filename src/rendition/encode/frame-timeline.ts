import { boundaryTicks, type Boundaries } from "../../media/boundaries.ts";
import type { Rational } from "../../media/rational.ts";
import { remembered } from "../../media/remembered.ts";
import type { VideoRecipe } from "../../plugin/video-recipe.ts";
import type { Timeline } from "../../media/timeline.ts";
import type { PlanFrame } from "../rendition.ts";
import type { AudioRecipe } from "./audio-recipe.ts";
import type { EncodedAudio, EncodedRendition } from "./encoded-rendition.ts";

/** A timeline of coded frames that are all equally long, but for the last one of sound that ends with a sample. */
export interface FrameTimeline extends Timeline {
  /** Ticks of one coded frame: every boundary but such an end is a whole number of them. */
  readonly frameTicks: number;
}

const timelineOf = remembered((rendition: EncodedRendition, boundaries: Boundaries) =>
  rendition.kind === "video"
    ? videoTimeline(boundaries, rendition.recipe)
    : audioTimeline(boundaries, rendition.recipe, rendition.end),
);

export function encodedTimeline(
  { boundaries }: PlanFrame,
  rendition: EncodedRendition,
): FrameTimeline {
  return timelineOf(rendition, boundaries);
}

/** The timeline that all rungs of a frame rate and a timescale share. */
export function videoTimeline(
  boundaries: Boundaries,
  { frameRate, timescale }: Pick<VideoRecipe, "frameRate" | "timescale">,
): FrameTimeline {
  const ticks = (timescale * frameRate.den) / frameRate.num;
  return {
    timescale,
    frameTicks: ticks,
    boundaries: frameNumbers(boundaries, frameRate).map((frame) => frame * ticks),
  };
}

/** Boundaries in frames of a rate. RangeError where one does not stand on a frame. */
export function frameNumbers(boundaries: Boundaries, { num, den }: Rational): number[] {
  // ticks / timescale seconds · num/den; exact: both products stay below 2^53 for weeks of film.
  const divisor = boundaries.timescale * den;
  return boundaryTicks(boundaries).map((ticks) => {
    const frame = (ticks * num) / divisor;
    if (!Number.isInteger(frame)) throw new RangeError(`${ticks} ticks are no whole frames`);
    return frame;
  });
}

/** Whether every boundary stands on a frame of a rate, and a frame is a whole number of ticks. */
export function isOnFrames(
  { timescale, steps }: Boundaries,
  { frameRate: { num, den }, timescale: own }: Pick<VideoRecipe, "frameRate" | "timescale">,
): boolean {
  if ((own * den) % num !== 0) return false;
  return steps.every(({ durationTicks }) => (durationTicks * num) % (timescale * den) === 0);
}

/** How many coded frames a stretch of it holds, in ticks. */
export function frameCount({ frameTicks }: FrameTimeline, ticks: number): number {
  return Math.ceil(ticks / frameTicks);
}

/**
 * The timeline of an encoded sound: each boundary is the first codec frame at or after the plan's, but for an end that is the
 * sample nearest to it.
 */
export function audioTimeline(
  boundaries: Boundaries,
  { sampleRateHz, frameSamples }: Pick<AudioRecipe, "sampleRateHz" | "frameSamples">,
  end?: EncodedAudio["end"],
): FrameTimeline {
  const rate = BigInt(sampleRateHz);
  const divisor = BigInt(boundaries.timescale) * BigInt(frameSamples);
  // In BigInt: the product passes 2^53 within a day of film.
  const codecFrame = (ticks: number): number =>
    Number((BigInt(ticks) * rate + divisor - 1n) / divisor);
  const ticks = boundaryTicks(boundaries);
  const onFrames = ticks.map((at) => codecFrame(at) * frameSamples);
  if (end === "sample") {
    const last = ((ticks.at(-1) ?? 0) / boundaries.timescale) * sampleRateHz;
    onFrames.splice(-1, 1, Math.max(1, Math.round(last)));
  }
  return { timescale: sampleRateHz, frameTicks: frameSamples, boundaries: onFrames };
}
