import ffmpegNvidia from "../../plugins/transcoding/ffmpeg_nvidia/index.ts";
import ffmpegQsv from "../../plugins/transcoding/ffmpeg_qsv/index.ts";
import ffmpegSoftware from "../../plugins/transcoding/ffmpeg_software/index.ts";
import ffmpegVaapi from "../../plugins/transcoding/ffmpeg_vaapi/index.ts";
import type { TranscodingProvider } from "./sdk.ts";

/** The providers that come with Viewra. */
export const builtInProviders: readonly TranscodingProvider[] = [
  ...[ffmpegNvidia, ffmpegQsv, ffmpegVaapi, ffmpegSoftware],
];

/** Encodes on any machine. */
export const fallbackProvider: TranscodingProvider = ffmpegSoftware;
