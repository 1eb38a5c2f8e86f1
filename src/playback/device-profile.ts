import type { DeviceRequest } from "../device/device-request.ts";
import { parseResolution } from "../media/resolution.ts";

export type DeviceProfileRequest = DeviceRequest;

/** The same with nothing left open. Names are FFmpeg's, lower case. */
export interface DeviceProfile {
  readonly containers: ReadonlySet<string>;
  readonly videoCodecs: ReadonlySet<string>;
  readonly audioCodecs: ReadonlySet<string>;
  /** Class height, see media/ladder. */
  readonly maxHeight: number;
  readonly maxBitrateBps: number | null;
  readonly supportsHdr: boolean;
  readonly maxAudioChannels: number;
  readonly subtitles: ReadonlySet<string>;
}

const defaultMaxHeight = 1080;
const defaultMaxAudioChannels = 2;

/** Other spellings of what FFmpeg calls otherwise. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["avc", "h264"],
  ["avc1", "h264"],
  ["h.264", "h264"],
  ["h265", "hevc"],
  ["h.265", "hevc"],
  ["hvc1", "hevc"],
  ["hev1", "hevc"],
  ["av01", "av1"],
  ["vp09", "vp9"],
  ["mp4a", "aac"],
  ["ac-3", "ac3"],
  ["ec-3", "eac3"],
  ["e-ac-3", "eac3"],
  ["mkv", "matroska"],
  ["m4v", "mp4"],
  ["ts", "mpegts"],
]);

const audioCodecNames: ReadonlySet<string> = new Set([
  "aac",
  "ac3",
  "alac",
  "dts",
  "eac3",
  "flac",
  "mp2",
  "mp3",
  "opus",
  "pcm_s16le",
  "pcm_s24le",
  "truehd",
  "vorbis",
  "wmav2",
]);

/**
 * A profile with defaults for what was left out: H.264 + AAC stereo in MP4, 1080p, SDR. A list of codecs
 * that names no sound still plays AAC, one that names no pictures H.264: clients list what is special.
 */
export function resolveDeviceProfile(request: DeviceProfileRequest = {}): DeviceProfile {
  const codecs = (request.supportedCodecs ?? []).map(canonicalName);
  const audio = codecs.filter((codec) => audioCodecNames.has(codec));
  const video = codecs.filter((codec) => !audioCodecNames.has(codec));
  return {
    containers: new Set(request.supportedContainers?.map(canonicalName) ?? ["mp4"]),
    videoCodecs: new Set(video.length === 0 ? ["h264"] : video),
    audioCodecs: new Set(audio.length === 0 ? ["aac"] : audio),
    maxHeight: parseResolution(request.maxResolution ?? "") ?? defaultMaxHeight,
    maxBitrateBps: request.maxBitrate ?? null,
    supportsHdr: request.supportsHdr ?? false,
    maxAudioChannels: request.maxAudioChannels ?? defaultMaxAudioChannels,
    subtitles: new Set(request.supportedSubtitles?.map(canonicalName) ?? ["vtt"]),
  };
}

/** Lower case, FFmpeg's name, without the parameters of an RFC 6381 string (`avc1.640028`). */
function canonicalName(name: string): string {
  const lower = name.trim().toLowerCase();
  const known = aliases.get(lower);
  if (known !== undefined) return known;
  const family = /^(\w+)\.\w/.exec(lower)?.[1];
  return family === undefined ? lower : (aliases.get(family) ?? lower);
}
