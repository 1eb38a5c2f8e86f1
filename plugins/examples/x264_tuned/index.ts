import {
  choice,
  defineProvider,
  encodedFormat,
  priority,
  reorderedPictures,
  struct,
  type Quality,
  type VideoRecipe,
} from "../../../src/plugin/sdk.ts";

/** x264's speed, and its constant quality under the ladder's ceiling. */
const presets: Readonly<Record<Quality, { readonly preset: string; readonly crf: number }>> = {
  low: { preset: "superfast", crf: 26 },
  medium: { preset: "veryfast", crf: 23 },
  high: { preset: "medium", crf: 20 },
};

/** H.264 by x264, tuned for what the films of a library are made of: drawn ones, unless configured otherwise. */
export default defineProvider({
  id: "x264_tuned",
  name: "x264, tuned",
  version: "1.0.0",
  revision: 1,
  encoders: { h264: "libx264" },
  refusal: ({ bitDepth }) => (bitDepth === 10 ? "H.264 is encoded of 8 bits alone" : null),
  configuration: struct({
    priority: priority(5),
    tune: choice(["animation", "film", "grain", "stillimage"], "animation"),
  }),
  configure: (config) => ({
    priority: config.priority,
    tune: (target, quality) => ({
      encoder: "libx264",
      profile: "high",
      settings: {
        ...presets[quality],
        ...{ tune: config.tune, bframes: reorderedPictures(target, 2) },
      },
    }),
    findDevices: () => ({ devices: [{ id: "processor", name: "Processor" }], missing: null }),
    onDevice: () => ({
      ...{ globalArgs: [], environment: {} },
      videoArgs,
      outputFilters: () => [],
    }),
  }),
});

/** All of it from the recipe: whoever goes on with a content later may have configured another tuning. */
function videoArgs(recipe: VideoRecipe): string[] {
  const { settings, maxBitrateBps, gopFrames } = recipe;
  return [
    ...["-c:v", recipe.encoder, "-preset", String(settings["preset"])],
    ...["-tune", String(settings["tune"]), "-crf", String(settings["crf"])],
    ...["-maxrate", String(maxBitrateBps), "-bufsize", String(maxBitrateBps * 2)],
    ...["-profile:v", recipe.profile, "-level", recipe.level, "-pix_fmt", encodedFormat(recipe)],
    // Key frames where segments begin, and nowhere else; each one such that a decoder begins with it.
    ...["-g", String(gopFrames), "-keyint_min", String(gopFrames), "-sc_threshold", "0"],
    ...["-bf", String(settings["bframes"]), "-flags", "+cgop"],
  ];
}
