import ffmpegSoftware from "../../plugins/transcoding/ffmpeg_software/index.ts";
import type { TranscodingProvider } from "./sdk.ts";

/** The providers that come with Viewra, the preferred first. */
export const builtInProviders: readonly TranscodingProvider[] = [ffmpegSoftware].toSorted(
  (a, b) => b.priority - a.priority,
);
