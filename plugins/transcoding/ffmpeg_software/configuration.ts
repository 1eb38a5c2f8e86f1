import * as v from "valibot";
import { choice, priority, struct } from "../../../src/plugin/sdk.ts";

const x264Presets = [
  ...(["ultrafast", "superfast", "veryfast", "faster", "fast"] as const),
  ...(["medium", "slow", "slower", "veryslow"] as const),
] as const;

/** The same as `config` of plugin.cue. */
export const configuration = struct({
  priority: priority(0),
  x264_presets: v.optional(
    struct({
      low: choice(x264Presets, "superfast"),
      medium: choice(x264Presets, "veryfast"),
      high: choice(x264Presets, "medium"),
    }),
    {},
  ),
});
