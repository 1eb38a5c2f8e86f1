import {
  encodedFormat,
  reorderedPictures,
  type Device,
  type PictureCodec,
  type Quality,
  type VideoRecipe,
  type VideoTarget,
  type VideoTuning,
} from "../../../src/plugin/sdk.ts";

interface Encoder {
  readonly profile: (target: VideoTarget) => string;
  /** Constant quality per preset, on the encoder's own scale; ceilings come from the ladder. */
  readonly cq: Readonly<Record<Quality, number>>;
  /** Pictures that may be coded out of order: those of HEVC only cards since Turing know. */
  readonly bframes: number;
  /** Options of this encoder alone. */
  readonly own: readonly string[];
}

/** FFmpeg's `nvenc_h264.c`, `nvenc_hevc.c` and `nvenc_av1.c`. */
const nvenc: Readonly<Partial<Record<PictureCodec, Encoder>>> = {
  h264: {
    profile: () => "high",
    cq: { low: 30, medium: 26, high: 22 },
    bframes: 2,
    own: ["-coder", "cabac", "-b_ref_mode", "disabled", "-a53cc", "0"],
  },
  hevc: {
    profile: ({ bitDepth }) => (bitDepth === 10 ? "main10" : "main"),
    cq: { low: 31, medium: 28, high: 24 },
    bframes: 0,
    own: ["-tier", "main", "-b_ref_mode", "disabled", "-a53cc", "0"],
  },
  av1: {
    profile: () => "main",
    cq: { low: 42, medium: 36, high: 30 },
    bframes: 0,
    own: ["-tier", "0"],
  },
};

export const encoders: Readonly<Partial<Record<PictureCodec, string>>> = {
  h264: "h264_nvenc",
  hevc: "hevc_nvenc",
  av1: "av1_nvenc",
};

/** What every card takes (NVIDIA's Video Codec SDK, application note on NVENC). */
const sizes = { least: 160, most: { h264: 4096, hevc: 8192, av1: 8192, vp9: 0 } } as const;

export function refusal({ codec, width, height, bitDepth }: VideoTarget): string | null {
  if (nvenc[codec] === undefined) return `NVENC writes no ${codec}`;
  if (codec === "h264" && bitDepth === 10) return "NVENC writes H.264 of 8 bits alone";
  if (Math.min(width, height) < sizes.least) return `NVENC takes no ${width}×${height}`;
  if (Math.max(width, height) > sizes.most[codec]) return `NVENC takes no ${width}×${height}`;
  return null;
}

export function tune(
  target: VideoTarget,
  quality: Quality,
  presets: Readonly<Record<Quality, string>>,
): VideoTuning {
  const { profile, cq, bframes } = encoderOf(target.codec);
  return {
    encoder: encoders[target.codec] ?? "",
    profile: profile(target),
    settings: {
      ...{ preset: presets[quality], cq: cq[quality] },
      bframes: reorderedPictures(target, bframes),
    },
  };
}

/** Closed GOPs on a fixed grid, constant quality under a ceiling: NVENC takes no average of it (`nvenc.c`, `set_vbr`). */
export function videoArgs(
  recipe: VideoRecipe,
  device: Device,
  pixelFormat = recipe.bitDepth === 10 ? "p010le" : encodedFormat(recipe),
): string[] {
  const { settings, maxBitrateBps, gopFrames } = recipe;
  return [
    ...["-c:v", recipe.encoder, "-gpu", device.id],
    ...["-preset", String(settings["preset"]), "-tune", "hq", "-rc", "vbr"],
    ...["-cq", String(settings["cq"]), "-b:v", "0"],
    ...["-maxrate", String(maxBitrateBps), "-bufsize", String(maxBitrateBps * 2)],
    ...(recipe.codec === "av1" ? [] : ["-profile:v", recipe.profile]),
    ...["-level", recipe.level, "-pix_fmt", pixelFormat],
    ...["-g", String(gopFrames), "-bf", String(settings["bframes"])],
    // Key frames where they are told, and nowhere else; each one such that a decoder begins with it.
    ...["-forced-idr", "1", "-no-scenecut", "1", "-strict_gop", "1", "-rc-lookahead", "0"],
    ...encoderOf(recipe.codec).own,
  ];
}

function encoderOf(codec: PictureCodec): Encoder {
  const encoder = nvenc[codec];
  if (encoder === undefined) throw new RangeError(`expected a codec of NVENC, got ${codec}`);
  return encoder;
}
