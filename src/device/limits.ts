import { levelNumber } from "../media/codec-level.ts";
import { profileScope } from "./codec-profile.ts";
import type { AudioLimits, HdrKind, VideoLimits } from "./device.ts";

export const noHdr: ReadonlySet<HdrKind> = new Set();
export const everyHdr: ReadonlySet<HdrKind> = new Set<HdrKind>(["hdr10", "hlg"]);

/** No limit but SDR. */
export const anyVideo: VideoLimits = {
  profiles: null,
  maxLevel: null,
  maxBitDepth: null,
  chroma: null,
  maxHeight: null,
  maxFrameRate: null,
  maxBitrateBps: null,
  hdr: noHdr,
  dolbyVision: new Map(),
  sampleEntries: null,
  carriage: "any",
  isMeasured: false,
};

export const anyAudio: AudioLimits = {
  profiles: null,
  maxChannels: null,
  maxSampleRateHz: null,
  maxBitDepth: null,
  carriage: "any",
  isMeasured: false,
};

/** A decoder of that profile (as ffprobe names it) and of levels up to one such as `4.1`. */
export function videoLimits(
  codec: string,
  profile: string,
  level: string | null,
  change: Partial<VideoLimits> = {},
): VideoLimits {
  const scope = profileScope(codec, profile);
  const maxLevel = level === null ? null : levelNumber(codec, level);
  return { ...anyVideo, ...scope, maxLevel, ...change };
}
