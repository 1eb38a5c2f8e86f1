import type { Quality, VideoRecipe, VideoTarget, VideoTuning } from "../../../src/plugin/sdk.ts";

/** x264 speed and constant quality per preset; ceilings come from the ladder. */
const presets: Readonly<Record<Quality, { preset: string; crf: number }>> = {
  low: { preset: "superfast", crf: 26 },
  medium: { preset: "veryfast", crf: 23 },
  high: { preset: "medium", crf: 20 },
};

/** x264 delays its pictures by two for its B-frames: it needs a picture more to know by how long. */
const fewestReorderedFrames = 3;

export function tune({ gopFrames }: VideoTarget, quality: Quality): VideoTuning {
  const bframes = gopFrames < fewestReorderedFrames ? 0 : 2;
  return { encoder: "libx264", profile: "high", settings: { ...presets[quality], bframes } };
}

/** libx264: closed GOPs on a fixed grid, constant quality under a ceiling. */
export function videoArgs(recipe: VideoRecipe): string[] {
  const { settings, gopFrames, maxBitrateBps } = recipe;
  return [
    ...["-c:v", "libx264", "-preset", String(settings["preset"]), "-crf", String(settings["crf"])],
    ...["-maxrate", String(maxBitrateBps), "-bufsize", String(maxBitrateBps * 2)],
    ...["-profile:v", recipe.profile, "-level", recipe.level, "-pix_fmt", "yuv420p"],
    ...["-g", String(gopFrames), "-keyint_min", String(gopFrames), "-sc_threshold", "0"],
    ...["-bf", String(settings["bframes"]), "-flags", "+cgop"],
  ];
}
