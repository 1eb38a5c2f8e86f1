import type { AudioRecipe } from "../media/recipe.ts";
import { shift } from "./video-filters.ts";

/** The codec frames `[startFrame, endFrame)` of a rendition, on the source's clock. */
export interface SoundRange {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly originMicroseconds: number;
  /** How much silence may follow when the source has no more sound, seconds; Infinity for ever. */
  readonly holdSeconds: number;
}

const layouts = { 1: "mono", 2: "stereo", 6: "5.1" } as const;

/**
 * Filters that put decoded sound on the sample grid and cut out a range with its pre-roll and a codec
 * frame after it: what is missing before, between and after becomes silence. The first sample out stands
 * `prerollFrames` codec frames before the range, which may lie before zero.
 */
export function soundFilters(recipe: AudioRecipe, range: SoundRange): string[] {
  const { sampleRateHz, frameSamples } = recipe;
  const firstSample = (range.startFrame - recipe.prerollFrames) * frameSamples;
  // A codec frame overlaps with the next: without one more, the last would fade into silence.
  const endSample = (range.endFrame + 1) * frameSamples;
  const hold =
    range.holdSeconds === Infinity ? "apad" : `apad=pad_dur=${range.holdSeconds.toFixed(3)}`;
  return [
    shift("asetpts", range.originMicroseconds),
    // Before anything is cut: where the source's sound ends before the range, there is only this.
    hold,
    // The rate first, by itself: where it changes, `first_pts` would fill and trim by input samples.
    `aresample=${sampleRateHz}`,
    // min_comp: align the first sample exactly (a millisecond off is a click where two runs join);
    // async=1 fills and trims gaps over 0.1 s and never stretches.
    `aresample=${sampleRateHz}:async=1:min_comp=0.00001:first_pts=${firstSample}`,
    `aformat=sample_fmts=fltp:channel_layouts=${layouts[recipe.channels]}`,
    `atrim=end_pts=${endSample}`,
  ];
}

/**
 * Drops the encoder's priming frame, the pre-roll, and what follows `frames` codec frames, so that a run's
 * packets are exactly its own.
 */
export function packetDrop(recipe: AudioRecipe, frames = Infinity): string {
  const first = recipe.prerollFrames + 1;
  const after = frames === Infinity ? "" : `+gte(n\\,${first + frames})`;
  return `noise=drop=lt(n\\,${first})${after}`;
}
