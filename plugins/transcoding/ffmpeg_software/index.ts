import { defineProvider } from "../../../src/plugin/sdk.ts";
import { encoders, tune, videoArgs } from "./args.ts";

/** Encodes on the processor, with what FFmpeg was built with of x264, x265, SVT-AV1 and libvpx. */
export default defineProvider({
  id: "ffmpeg_software",
  name: "Software (x264, x265, SVT-AV1, libvpx)",
  version: "1.1.0",
  revision: 1,
  priority: 0,
  encoders,
  tune,
  videoArgs,
  outputFilters: () => [],
  globalArgs: () => [],
  // SVT-AV1 tells of all its settings on standard error, whatever FFmpeg is told; of errors alone so.
  environment: { SVT_LOG: "1" },
});
