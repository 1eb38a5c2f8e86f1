import * as v from "valibot";
import { choice, priority, sessions, struct } from "../../../src/plugin/sdk.ts";

const nvencPresets = ["p1", "p2", "p3", "p4", "p5", "p6", "p7"] as const;

/** The same as `config` of plugin.cue. */
export const configuration = struct({
  priority: priority(30),
  /** CUDA's number of the card. */
  device: v.optional(
    v.union([v.literal("auto"), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99))]),
    "auto",
  ),
  sessions: sessions(),
  /** The fastest that is not coarse, NVENC's default, and the slowest but one. */
  presets: v.optional(
    struct({
      low: choice(nvencPresets, "p2"),
      medium: choice(nvencPresets, "p4"),
      high: choice(nvencPresets, "p6"),
    }),
    {},
  ),
});
