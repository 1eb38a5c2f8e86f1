import type { AudioRecipe, Color, VideoRecipe } from "../media/recipe.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";

/** Encoder options of one video output. Nothing in the stream's header may follow the source. */
export function videoEncoderArgs(recipe: VideoRecipe, provider: TranscodingProvider): string[] {
  return [
    // The filters made the rate constant; FFmpeg must not double or drop a picture on top.
    ...["-fps_mode", "passthrough"],
    ...provider.videoArgs(recipe),
    ...colorArgs(recipe.color),
  ];
}

/** Encoder options of one audio output. */
export function audioEncoderArgs(recipe: AudioRecipe): string[] {
  return [
    ...["-c:a", recipe.encoder, "-b:a", String(recipe.bitrateBps)],
    ...["-ar", String(recipe.sampleRateHz), "-ac", String(recipe.channels)],
  ];
}

function colorArgs({ matrix, primaries, transfer }: Color): string[] {
  return [
    ...["-colorspace", matrix, "-color_primaries", primaries],
    ...["-color_trc", transfer, "-color_range", "tv"],
  ];
}
