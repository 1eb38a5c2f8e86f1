import { defineProvider, type Device } from "../../../src/plugin/sdk.ts";
import { encoders, tune, videoArgs } from "./args.ts";
import { configuration } from "./configuration.ts";

const processor: Device = { id: "processor", name: "Processor" };

/** Encodes on the processor, with what FFmpeg was built with of x264, x265, SVT-AV1 and libvpx. */
export default defineProvider({
  id: "ffmpeg_software",
  name: "Software (x264, x265, SVT-AV1, libvpx)",
  version: "1.1.0",
  revision: 1,
  encoders,
  // x264 does, but next to no device plays it.
  refusal: ({ codec, bitDepth }) =>
    codec === "h264" && bitDepth === 10 ? "H.264 is encoded of 8 bits alone" : null,
  configuration,
  configure: ({ priority, x264_presets }) => ({
    priority,
    tune: (target, quality) => tune(target, quality, x264_presets),
    findDevices: () => ({ devices: [processor], missing: null }),
    onDevice: () => ({
      globalArgs: [],
      videoArgs,
      outputFilters: () => [],
      // SVT-AV1 tells of all its settings on standard error, whatever FFmpeg is told; of errors alone so.
      environment: { SVT_LOG: "1" },
    }),
  }),
});
