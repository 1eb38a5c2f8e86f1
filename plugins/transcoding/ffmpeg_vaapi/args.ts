import type {
  PictureCodec,
  Quality,
  VideoRecipe,
  VideoTarget,
  VideoTuning,
} from "../../../src/plugin/sdk.ts";

interface Encoder {
  readonly profile: (target: VideoTarget) => string;
  /** Options of this encoder alone. */
  readonly own: (recipe: VideoRecipe) => readonly string[];
}

/** FFmpeg's `vaapi_encode_*.c`. AMD's hardware has no B-frames in H.264, so that nobody is given any. */
const vaapi: Readonly<Record<PictureCodec, Encoder>> = {
  h264: {
    profile: () => "high",
    own: (recipe) => ["-profile:v", recipe.profile, ...level(recipe), "-coder", "cabac", ...noSei],
  },
  hevc: {
    profile: ({ bitDepth }) => (bitDepth === 10 ? "main10" : "main"),
    own: (recipe) => [
      ...["-profile:v", recipe.profile, ...level(recipe), "-tier", "main"],
      ...(recipe.hdr === undefined ? noSei : ["-sei", "hdr"]),
    ],
  },
  av1: {
    profile: () => "main",
    // Its levels are named as ours are.
    own: (recipe) => ["-profile:v", recipe.profile, "-level", recipe.level, "-tier", "main"],
  },
  vp9: {
    profile: ({ bitDepth }) => (bitDepth === 10 ? "2" : "0"),
    own: () => [],
  },
};

/** Messages that say when a picture is shown, or who made it: nothing that a segment has a use for. */
const noSei: readonly string[] = ["-sei", "0"];

export const encoders = {
  h264: "h264_vaapi",
  hevc: "hevc_vaapi",
  av1: "av1_vaapi",
  vp9: "vp9_vaapi",
} as const satisfies Record<PictureCodec, string>;

/** How much of the ceiling is aimed at: not every driver knows a constant quality under a ceiling. */
const shares: Readonly<Record<Quality, number>> = { low: 0.5, medium: 0.65, high: 0.8 };

/** What every driver takes. */
const sizes = { least: 128, most: 4096 } as const;

export function refusal({ codec, width, height, bitDepth }: VideoTarget): string | null {
  if (codec === "h264" && bitDepth === 10) return "VA-API writes H.264 of 8 bits alone";
  if (Math.min(width, height) < sizes.least || Math.max(width, height) > sizes.most) {
    return `VA-API takes no ${width}×${height}`;
  }
  return null;
}

export function tune(target: VideoTarget, quality: Quality): VideoTuning {
  const { profile } = vaapi[target.codec];
  return {
    encoder: encoders[target.codec],
    profile: profile(target),
    settings: { share: shares[quality] },
  };
}

/** Closed GOPs on a fixed grid, a bit rate that varies under a ceiling. */
export function videoArgs(recipe: VideoRecipe, isLowPower: boolean): string[] {
  const { settings, maxBitrateBps, gopFrames } = recipe;
  const aim = Math.round(maxBitrateBps * Number(settings["share"]));
  return [
    ...["-c:v", recipe.encoder, ...(isLowPower ? ["-low_power", "1"] : [])],
    ...["-rc_mode", "VBR", "-b:v", String(aim)],
    ...["-maxrate", String(maxBitrateBps), "-bufsize", String(maxBitrateBps * 2)],
    // Every I picture is one that a decoder begins with.
    ...["-g", String(gopFrames), "-bf", "0", "-idr_interval", "0"],
    ...vaapi[recipe.codec].own(recipe),
  ];
}

/** Pictures go to the card in the forms that it keeps them in. */
export function outputFilters({ bitDepth }: VideoRecipe): string[] {
  return [`format=${bitDepth === 10 ? "p010le" : "nv12"}`, "hwupload"];
}

/** FFmpeg's names of levels: `4` and `4.1`. */
function level({ level: told }: VideoRecipe): string[] {
  return ["-level", told.replace(/\.0$/, "")];
}
