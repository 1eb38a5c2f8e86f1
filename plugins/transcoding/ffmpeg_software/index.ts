import { defineProvider } from "../../../src/plugin/sdk.ts";
import { tune, videoArgs } from "./args.ts";

/** Encodes on the processor with x264. Present wherever FFmpeg has libx264. */
export default defineProvider({
  id: "ffmpeg_software",
  name: "Software (x264)",
  version: "1.0.0",
  revision: 1,
  priority: 0,
  encoders: ["libx264"],
  tune,
  videoArgs,
  outputFilters: () => [],
  globalArgs: () => [],
});
