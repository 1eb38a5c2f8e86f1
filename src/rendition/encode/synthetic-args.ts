import { formatRational } from "../../media/rational.ts";
import { encodedFormat, type VideoRecipe } from "../../plugin/video-recipe.ts";
import type { DeviceEncoder } from "../../plugin/sdk.ts";
import type { AudioRecipe } from "./audio-recipe.ts";
import { encoderDelay, layouts, packetDrop } from "./audio-filters.ts";
import { audioEncoderArgs, videoEncoderArgs } from "./encoder-args.ts";

/** Enough frames that the encoder reorders them as it will in a film. */
const syntheticFrames = 12;

/**
 * FFmpeg's arguments that encode a moment of nothing with a recipe, as one plain MP4: what Shaka
 * Packager needs to write the manifest and init segment before the film is touched.
 */
export function syntheticVideoArgs(
  recipe: VideoRecipe,
  encoder: DeviceEncoder,
  outPath: string,
): string[] {
  return [...quiet, ...encoder.globalArgs, ...videoArgs(recipe, encoder), ...output(outPath)];
}

/** The same for sound, which no provider has a part in. */
export function syntheticAudioArgs(recipe: AudioRecipe, outPath: string): string[] {
  return [...quiet, ...audioArgs(recipe), ...output(outPath)];
}

const quiet = ["-nostdin", "-v", "error"];
const output = (path: string): string[] => ["-y", "-f", "mp4", `file:${path}`];

function videoArgs(recipe: VideoRecipe, encoder: DeviceEncoder): string[] {
  const rate = formatRational(recipe.frameRate);
  const filters = ["setsar=1", `format=${encodedFormat(recipe)}`, ...encoder.outputFilters(recipe)];
  return [
    ...["-f", "lavfi", "-i", `color=c=gray:s=${recipe.width}x${recipe.height}:r=${rate}`],
    ...["-vf", filters.join(","), ...videoEncoderArgs(recipe, encoder)],
    ...["-frames:v", String(syntheticFrames)],
    ...["-video_track_timescale", String(recipe.timescale)],
    ...["-movie_timescale", String(recipe.timescale)],
  ];
}

function audioArgs(recipe: AudioRecipe): string[] {
  const layout = layouts[recipe.channels];
  // As in a run: what is no whole frame of the encoder's delay it is fed later.
  const late = encoderDelay(recipe) % recipe.frameSamples;
  return [
    ...["-f", "lavfi", "-i", `anullsrc=r=${recipe.sampleRateHz}:cl=${layout}`],
    ...(late === 0 ? [] : ["-af", `asetpts=PTS+${late}`]),
    ...[...audioEncoderArgs(recipe), "-frames:a", String(syntheticFrames)],
    // As in a run: without the priming frame there is no edit list to describe.
    ...["-bsf:a", packetDrop({ ...recipe, prerollFrames: 0 })],
    ...["-movie_timescale", String(recipe.sampleRateHz)],
  ];
}
