import * as v from "valibot";
import { choice, priority, renderNode, sessions, struct } from "../../../src/plugin/sdk.ts";

const oneVplPresets = [
  ...(["veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"] as const),
] as const;

/** The same as `config` of plugin.cue. */
export const configuration = struct({
  priority: priority(20),
  device: renderNode(),
  sessions: sessions(),
  presets: v.optional(
    struct({
      low: choice(oneVplPresets, "veryfast"),
      medium: choice(oneVplPresets, "medium"),
      high: choice(oneVplPresets, "slow"),
    }),
    {},
  ),
});
