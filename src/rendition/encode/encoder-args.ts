import { matrixCodes, primariesCodes, transferCodes, type Color } from "../../media/color.ts";
import type { VideoRecipe } from "../../plugin/video-recipe.ts";
import type { DeviceEncoder } from "../../plugin/sdk.ts";
import type { AudioRecipe } from "./audio-recipe.ts";

/** Encoder options of one video output. Nothing in the stream's header may follow the source. */
export function videoEncoderArgs(
  recipe: VideoRecipe,
  encoder: Pick<DeviceEncoder, "videoArgs">,
): string[] {
  return [
    // The filters made the rate constant; FFmpeg must not double or drop a picture on top.
    ...["-fps_mode", "passthrough"],
    ...encoder.videoArgs(recipe),
    ...colorArgs(recipe.color),
    ...(recipe.codec === "hevc" ? ["-tag:v", "hvc1"] : []),
    ...["-bsf:v", headerFilters[recipe.codec](recipe)],
  ];
}

/** Encoder options of one audio output. */
export function audioEncoderArgs(recipe: AudioRecipe): string[] {
  return [
    ...["-c:a", recipe.encoder],
    ...(recipe.bitDepth === undefined ? ["-b:a", String(recipe.bitrateBps)] : []),
    ...encoderOptions(recipe),
    ...["-ar", String(recipe.sampleRateHz), "-ac", String(recipe.channels)],
  ];
}

function encoderOptions({ codec, bitDepth, frameSamples }: AudioRecipe): string[] {
  // Bit rates are announced as ceilings, which a varying one would pass.
  if (codec === "opus") return ["-vbr", "off", "-application", "audio", "-frame_duration", "20"];
  if (bitDepth === undefined) return [];
  // FFmpeg 5.1 calls FLAC in MP4 experimental.
  const deep = ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"];
  const form = bitDepth === 16 ? ["-sample_fmt", "s16"] : deep;
  return ["-strict", "experimental", "-frame_size", String(frameSamples), ...form];
}

/** FFmpeg's options take the code points of ITU-T H.273. */
function colorArgs({ matrix, primaries, transfer }: Color): string[] {
  return [
    ...["-colorspace", String(matrixCodes[matrix])],
    ...["-color_primaries", String(primariesCodes[primaries])],
    ...["-color_trc", String(transferCodes[transfer]), "-color_range", "tv"],
    ...["-chroma_sample_location", "left"],
  ];
}

/**
 * Bitstream filters that write a codec's header by the recipe, whatever an encoder or a driver has put
 * there: a header that follows the source would not be the described one.
 */
const headerFilters: Readonly<Record<VideoRecipe["codec"], (recipe: VideoRecipe) => string>> = {
  // ISO/IEC 14496-10, annex E. A tick is a field, half a picture. FFmpeg 5.1 fails over a change of
  // fixed_frame_rate_flag, so that one is left to the encoder.
  h264: ({ color, frameRate }) =>
    [
      `h264_metadata=sample_aspect_ratio=1/1`,
      ...["video_format=5", "video_full_range_flag=0", "chroma_sample_loc_type=0"],
      `colour_primaries=${primariesCodes[color.primaries]}`,
      `transfer_characteristics=${transferCodes[color.transfer]}`,
      `matrix_coefficients=${matrixCodes[color.matrix]}`,
      `tick_rate=${frameRate.num * 2}/${frameRate.den}`,
    ].join(":"),
  // ISO/IEC 23008-2, annex E. A tick is a picture.
  hevc: ({ color, frameRate }) =>
    [
      `hevc_metadata=sample_aspect_ratio=1/1`,
      ...["video_format=5", "video_full_range_flag=0", "chroma_sample_loc_type=0"],
      `colour_primaries=${primariesCodes[color.primaries]}`,
      `transfer_characteristics=${transferCodes[color.transfer]}`,
      `matrix_coefficients=${matrixCodes[color.matrix]}`,
      `tick_rate=${frameRate.num}/${frameRate.den}`,
    ].join(":"),
  // AV1 specification, 6.4.2.
  av1: ({ color }) =>
    [
      `av1_metadata=color_range=tv:chroma_sample_position=vertical`,
      `color_primaries=${primariesCodes[color.primaries]}`,
      `transfer_characteristics=${transferCodes[color.transfer]}`,
      `matrix_coefficients=${matrixCodes[color.matrix]}`,
    ].join(":"),
  // VP9 specification, 7.2.2; its level is in the container alone, which FFmpeg reckons.
  vp9: ({ color }) => `vp9_metadata=color_range=tv:color_space=${vp9Spaces[color.matrix]}`,
};

const vp9Spaces: Readonly<Record<Color["matrix"], string>> = {
  ...{ bt709: "bt709", smpte170m: "smpte170", bt470bg: "bt601", bt2020nc: "bt2020" },
};
