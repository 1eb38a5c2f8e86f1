import type { Device } from "./device.ts";
import { anyAudio, videoLimits } from "./limits.ts";

/** What every client plays: H.264 and AAC stereo in MP4 up to 1080p, SDR. Of a device nothing is known of. */
export const defaultDevice: Device = {
  name: "Unknown device",
  containers: new Map([["mp4", null]]),
  dolbyVisionContainers: null,
  streaming: new Set(["dash", "hls"]),
  video: new Map([["h264", [videoLimits("h264", "High", "4.2", { maxHeight: 1080 })]]]),
  audio: new Map([["aac", [anyAudio]]]),
  refused: [],
  maxHeight: 1080,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  subtitles: new Set(["vtt"]),
  choosesAudio: false,
  deinterlaces: false,
  turnsPictures: false,
  keepsAspect: false,
};
