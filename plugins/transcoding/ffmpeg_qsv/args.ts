import {
  reorderedPictures,
  type PictureCodec,
  type Quality,
  type VideoRecipe,
  type VideoTarget,
  type VideoTuning,
} from "../../../src/plugin/sdk.ts";

interface Encoder {
  readonly profile: (target: VideoTarget) => string;
  readonly bframes: number;
  /** Options of this encoder alone. */
  readonly own: readonly string[];
}

/** FFmpeg's `qsvenc_*.c`. */
const qsv: Readonly<Record<PictureCodec, Encoder>> = {
  h264: {
    profile: () => "high",
    bframes: 2,
    own: [
      ...["-idr_interval", "0", "-look_ahead", "0", "-adaptive_i", "0", "-adaptive_b", "0"],
      ...["-b_strategy", "0", "-a53cc", "0"],
    ],
  },
  hevc: {
    profile: ({ bitDepth }) => (bitDepth === 10 ? "main10" : "main"),
    bframes: 2,
    own: ["-idr_interval", "0", "-b_strategy", "0"],
  },
  av1: { profile: () => "main", bframes: 0, own: [] },
  vp9: {
    profile: ({ bitDepth }) => (bitDepth === 10 ? "profile2" : "profile0"),
    bframes: 0,
    own: [],
  },
};

export const encoders = {
  h264: "h264_qsv",
  hevc: "hevc_qsv",
  av1: "av1_qsv",
  vp9: "vp9_qsv",
} as const satisfies Record<PictureCodec, string>;

/** How much of the ceiling is aimed at. */
const shares: Readonly<Record<Quality, number>> = { low: 0.5, medium: 0.65, high: 0.8 };

const sizes = { least: 128, most: { h264: 4096, hevc: 8192, av1: 8192, vp9: 8192 } } as const;

export function refusal({ codec, width, height, bitDepth }: VideoTarget): string | null {
  if (codec === "h264" && bitDepth === 10) return "Quick Sync writes H.264 of 8 bits alone";
  if (Math.min(width, height) < sizes.least || Math.max(width, height) > sizes.most[codec]) {
    return `Quick Sync takes no ${width}×${height}`;
  }
  return null;
}

export function tune(
  target: VideoTarget,
  quality: Quality,
  presets: Readonly<Record<Quality, string>>,
): VideoTuning {
  const { profile, bframes } = qsv[target.codec];
  return {
    encoder: encoders[target.codec],
    profile: profile(target),
    settings: {
      ...{ preset: presets[quality], share: shares[quality] },
      bframes: reorderedPictures(target, bframes),
    },
  };
}

/** Closed GOPs on a fixed grid, a bit rate that varies under a ceiling. */
export function videoArgs(recipe: VideoRecipe): string[] {
  const { settings, maxBitrateBps, gopFrames, codec } = recipe;
  const aim = Math.round(maxBitrateBps * Number(settings["share"]));
  return [
    ...["-c:v", recipe.encoder, "-preset", String(settings["preset"])],
    ...["-b:v", String(aim), "-maxrate", String(maxBitrateBps)],
    ...["-bufsize", String(maxBitrateBps * 2), "-profile:v", recipe.profile],
    ...(codec === "vp9" ? [] : ["-level", levelNumber(recipe)]),
    ...["-g", String(gopFrames), "-bf", String(settings["bframes"]), "-flags", "+cgop"],
    // Key frames where they are told, and each one such that a decoder begins with it.
    ...["-forced_idr", "1", ...qsv[codec].own],
  ];
}

/** Pictures go to the card in the forms that it keeps them in; its encoder holds on to many of them. */
export function outputFilters({ bitDepth }: VideoRecipe): string[] {
  return [`format=${bitDepth === 10 ? "p010le" : "nv12"}`, "hwupload=extra_hw_frames=64"];
}

/** oneVPL's numbers of levels: 41 is 4.1. */
function levelNumber({ level }: VideoRecipe): string {
  return String(Math.round(Number(level) * 10));
}
