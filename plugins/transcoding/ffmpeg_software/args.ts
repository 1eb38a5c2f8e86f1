import {
  chromaticityUnits,
  encodedFormat,
  luminanceUnits,
  reorderedPictures,
  type PictureCodec,
  type Quality,
  type VideoRecipe,
  type VideoTarget,
  type VideoTuning,
} from "../../../src/plugin/sdk.ts";

type Settings = VideoTuning["settings"];

interface Encoder {
  readonly name: string;
  readonly profile: (target: VideoTarget) => string;
  /** Speed and constant quality per preset; ceilings come from the ladder. x264's speed is configured. */
  readonly presets: Readonly<Record<Quality, Settings>>;
  /** Pictures that may be coded out of order; null where the encoder hides that. */
  readonly bframes: number | null;
  /** Closed GOPs on a fixed grid, constant quality under a ceiling. */
  readonly args: (recipe: VideoRecipe) => string[];
}

const software: Readonly<Record<PictureCodec, Encoder>> = {
  h264: {
    name: "libx264",
    profile: () => "high",
    bframes: 2,
    presets: {
      low: { crf: 26 },
      medium: { crf: 23 },
      high: { crf: 20 },
    },
    args: (recipe) => [
      ...x26xArgs(recipe),
      ...["-maxrate", String(recipe.maxBitrateBps), "-bufsize", String(recipe.maxBitrateBps * 2)],
      ...["-profile:v", recipe.profile, "-level", recipe.level, "-pix_fmt", "yuv420p"],
      ...[...gopArgs(recipe), "-sc_threshold", "0"],
      ...["-bf", String(recipe.settings["bframes"]), "-flags", "+cgop"],
    ],
  },
  hevc: {
    name: "libx265",
    profile: ({ bitDepth }) => (bitDepth === 10 ? "main10" : "main"),
    bframes: 2,
    presets: {
      low: { preset: "ultrafast", crf: 28 },
      medium: { preset: "superfast", crf: 25 },
      high: { preset: "fast", crf: 22 },
    },
    args: (recipe) => [
      ...x26xArgs(recipe),
      ...["-profile:v", recipe.profile, "-pix_fmt", encodedFormat(recipe), "-forced-idr", "1"],
      ...["-x265-params", x265Params(recipe)],
    ],
  },
  av1: {
    name: "libsvtav1",
    profile: () => "main",
    bframes: null,
    presets: {
      low: { preset: 12, crf: 42 },
      medium: { preset: 10, crf: 36 },
      high: { preset: 8, crf: 30 },
    },
    args: (recipe) => [
      ...[...x26xArgs(recipe), "-pix_fmt", encodedFormat(recipe), "-g", String(recipe.gopFrames)],
      ...["-svtav1-params", svtParams(recipe)],
    ],
  },
  vp9: {
    name: "libvpx-vp9",
    profile: ({ bitDepth }) => (bitDepth === 10 ? "2" : "0"),
    bframes: null,
    presets: {
      low: { cpuUsed: 8, crf: 38 },
      medium: { cpuUsed: 7, crf: 34 },
      high: { cpuUsed: 5, crf: 30 },
    },
    args: (recipe) => [
      ...["-c:v", recipe.encoder, "-deadline", "realtime"],
      ...["-cpu-used", String(recipe.settings["cpuUsed"]), "-row-mt", "1", "-tile-columns", "2"],
      // Pictures that are not shown would be a segment's last ones.
      ...["-auto-alt-ref", "0", "-lag-in-frames", "0", "-crf", String(recipe.settings["crf"])],
      ...["-b:v", String(recipe.maxBitrateBps), "-maxrate", String(recipe.maxBitrateBps)],
      ...["-bufsize", String(recipe.maxBitrateBps * 2), "-profile:v", recipe.profile],
      ...["-pix_fmt", encodedFormat(recipe), ...gopArgs(recipe)],
    ],
  },
};

export const encoders: Readonly<Record<PictureCodec, string>> = {
  h264: software.h264.name,
  hevc: software.hevc.name,
  av1: software.av1.name,
  vp9: software.vp9.name,
};

export function tune(
  target: VideoTarget,
  quality: Quality,
  x264Presets: Readonly<Record<Quality, string>>,
): VideoTuning {
  const { name, profile, presets, bframes } = software[target.codec];
  return {
    encoder: name,
    profile: profile(target),
    settings: {
      ...presets[quality],
      ...(target.codec === "h264" ? { preset: x264Presets[quality] } : {}),
      ...(bframes === null ? {} : { bframes: reorderedPictures(target, bframes) }),
    },
  };
}

export function videoArgs(recipe: VideoRecipe): string[] {
  return software[recipe.codec].args(recipe);
}

function x26xArgs({ encoder, settings }: VideoRecipe): string[] {
  const { preset, crf } = settings;
  return ["-c:v", encoder, "-preset", String(preset), "-crf", String(crf)];
}

function gopArgs({ gopFrames }: VideoRecipe): string[] {
  return ["-g", String(gopFrames), "-keyint_min", String(gopFrames)];
}

/** x265 takes most of this nowhere else. Of HDR it writes the messages into the header (ISO/IEC 23008-2, D.2.28 and D.2.35). */
function x265Params({ settings, gopFrames, maxBitrateBps, level, hdr }: VideoRecipe): string {
  const kilobits = Math.floor(maxBitrateBps / 1000);
  const { mastering: display = null, light = null } = hdr ?? {};
  return [
    ...["log-level=error", "info=0", "repeat-headers=0", "scenecut=0", "open-gop=0"],
    ...[`keyint=${gopFrames}`, `min-keyint=${gopFrames}`, `bframes=${settings["bframes"]}`],
    ...[`vbv-maxrate=${kilobits}`, `vbv-bufsize=${kilobits * 2}`],
    ...[`level-idc=${level}`, "high-tier=0"],
    ...(display === null && light === null ? [] : ["hdr10=1"]),
    ...(display === null ? [] : [`master-display=${displayText(display, 1, 1)}`]),
    ...(light === null ? [] : [`max-cll=${light.maxCll},${light.maxFall}`]),
  ].join(":");
}

/** SVT-AV1 writes what it is told of the light into the first key frame (AV1 specification, 5.8.3 and 5.8.4). */
function svtParams({ maxBitrateBps, hdr }: VideoRecipe): string {
  const { mastering: display = null, light = null } = hdr ?? {};
  return [
    ...["enable-force-key-frames=1", `mbr=${Math.floor(maxBitrateBps / 1000)}`],
    ...(display === null
      ? []
      : [`mastering-display=${displayText(display, chromaticityUnits, luminanceUnits)}`]),
    ...(light === null ? [] : [`content-light=${light.maxCll},${light.maxFall}`]),
  ].join(":");
}

type MasteringDisplay = NonNullable<NonNullable<VideoRecipe["hdr"]>["mastering"]>;

/** `points` and `light`: by what the whole numbers are divided. x265 takes them as they are, SVT-AV1 the values that they stand for. */
function displayText(display: MasteringDisplay, points: number, light: number): string {
  const at = ({ x, y }: { readonly x: number; readonly y: number }): string =>
    `(${x / points},${y / points})`;
  const { red, green, blue, whitePoint, minLuminance, maxLuminance } = display;
  const range = `L(${maxLuminance / light},${minLuminance / light})`;
  return `G${at(green)}B${at(blue)}R${at(red)}WP${at(whitePoint)}${range}`;
}
