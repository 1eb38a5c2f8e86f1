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
 * Filters that put decoded sound on the sample grid and cut out a range with its pre-roll: what is
 * missing before, between and after becomes silence. The first sample out stands `prerollFrames` codec
 * frames before the range, which may lie before zero.
 */
export function soundFilters(recipe: AudioRecipe, range: SoundRange): string[] {
  const { sampleRateHz, frameSamples } = recipe;
  const firstSample = (range.startFrame - recipe.prerollFrames) * frameSamples;
  const endSample = range.endFrame * frameSamples;
  const hold =
    range.holdSeconds === Infinity ? "apad" : `apad=pad_dur=${range.holdSeconds.toFixed(3)}`;
  return [
    shift("asetpts", range.originMicroseconds),
    // The rate first, by itself: where it changes, `first_pts` would fill and trim by input samples.
    `aresample=${sampleRateHz}`,
    // min_comp: align the first sample exactly (a millisecond off is a click where two runs join);
    // async=1 fills and trims gaps over 0.1 s and never stretches.
    `aresample=${sampleRateHz}:async=1:min_comp=0.00001:first_pts=${firstSample}`,
    `aformat=sample_fmts=fltp:channel_layouts=${layouts[recipe.channels]}`,
    hold,
    `atrim=end_pts=${endSample}`,
  ];
}

/** Drops the encoder's priming frame and the pre-roll, so that a run's first packet is its first frame. */
export function prerollDrop(recipe: AudioRecipe): string {
  return `noise=drop=lt(n\\,${recipe.prerollFrames + 1})`;
}
