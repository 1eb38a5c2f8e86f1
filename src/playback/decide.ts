import { displaySize } from "../media/display-size.ts";
import type { AudioTrack, LeftOutTrack, Source, VideoTrack } from "../media/source.ts";
import type { DeviceProfile } from "./device-profile.ts";
import { clockTime, type Reason } from "./reason.ts";

/** How a title reaches a device. */
export type Decision =
  /** The file as it is. */
  | { readonly kind: "direct_play"; readonly reasons: readonly Reason[] }
  /** Its pictures and sound as they are, in another container. */
  | { readonly kind: "remux"; readonly reasons: readonly Reason[] }
  /** Encoded anew. */
  | { readonly kind: "transcode"; readonly reasons: readonly Reason[] };

export type DecisionKind = Decision["kind"];
export const decisionKinds: readonly DecisionKind[] = ["direct_play", "remux", "transcode"];

export interface DecisionWishes {
  /** The sound the viewer will hear first; undefined for a silent film. */
  readonly audio: AudioTrack | undefined;
  /** Class height the viewer asked for as a cap; null when none was. */
  readonly maxHeight: number | null;
  /** Ways this server can deliver, `transcode` among them. */
  readonly offered: ReadonlySet<DecisionKind>;
}

/** The cheapest way that the device can play and the server offers, and why no cheaper one. Pure. */
export function decide(source: Source, profile: DeviceProfile, wishes: DecisionWishes): Decision {
  const container = containerReasons(source, profile);
  const pictures = source.video === null ? [] : pictureReasons(source.video, source, profile);
  const asked = source.video === null ? [] : qualityReasons(source.video, wishes.maxHeight);
  const sound = wishes.audio === undefined ? [] : soundReasons(wishes.audio, profile);
  const tracks = [...pictures, ...asked, ...sound];
  const reasons = [...container, ...tracks];
  const possible = decisionKinds.slice(tracks.length > 0 ? 2 : container.length > 0 ? 1 : 0);
  const kind = possible.find((candidate) => wishes.offered.has(candidate)) ?? "transcode";
  return { kind, reasons: kind === possible[0] ? reasons : [...reasons, adaptive(possible[0])] };
}

function adaptive(possible: DecisionKind | undefined): Reason {
  const could = possible === "direct_play" ? "could play the file as it is" : "knows its codecs";
  const message = `The device ${could}, but this server delivers every title as an adaptive stream`;
  return { code: "DELIVERY_ADAPTIVE", message };
}

/** FFmpeg's demuxer name for a container a client may name. */
const demuxers: ReadonlyMap<string, string> = new Map([
  ["mp4", "mov"],
  ["mov", "mov"],
  ["webm", "webm"],
]);
const webmCodecs: ReadonlySet<string> = new Set(["vp8", "vp9", "av1", "opus", "vorbis"]);

function containerReasons(source: Source, profile: DeviceProfile): Reason[] {
  const names = source.container.split(",");
  const plays = [...profile.containers].some((name) => {
    if (!names.includes(demuxers.get(name) ?? name)) return false;
    // One demuxer reads both; a Matroska file is WebM only when its codecs are WebM's.
    const codecs = [...source.audio.map((t) => t.codec), source.video?.codec ?? "vp9"];
    return name !== "webm" || codecs.every((codec) => webmCodecs.has(codec));
  });
  if (plays) return [];
  const message = `The device does not play ${names[0]} files; it plays ${list(profile.containers)}`;
  return [{ code: "CONTAINER_UNSUPPORTED", message }];
}

function pictureReasons(track: VideoTrack, source: Source, profile: DeviceProfile): Reason[] {
  const reasons: Reason[] = [];
  if (!profile.videoCodecs.has(track.codec)) {
    const message = `The device does not play ${track.codec} pictures; it plays ${list(profile.videoCodecs)}`;
    reasons.push({ code: "VIDEO_CODEC_UNSUPPORTED", message });
  }
  const height = classHeight(track);
  if (height > profile.maxHeight) {
    const message = `The pictures are ${height}p, the device shows up to ${profile.maxHeight}p`;
    reasons.push({ code: "RESOLUTION_TOO_HIGH", message });
  }
  const limit = profile.maxBitrateBps;
  if (limit !== null && source.bitrateBps > limit) {
    const message = `The file needs ${mbps(source.bitrateBps)}, the device takes ${mbps(limit)}`;
    reasons.push({ code: "BITRATE_TOO_HIGH", message });
  }
  if (track.isHdr && !profile.supportsHdr) {
    reasons.push({
      code: "HDR_UNSUPPORTED",
      message: "The pictures are HDR, the device shows SDR",
    });
  }
  if (track.isInterlaced) {
    const message = "The pictures are interlaced and look torn without treatment";
    reasons.push({ code: "PICTURES_INTERLACED", message });
  }
  if (track.rotationDegrees !== 0) {
    const message = `The pictures must be turned by ${track.rotationDegrees}°`;
    reasons.push({ code: "PICTURES_TURNED", message });
  }
  return reasons;
}

function qualityReasons(track: VideoTrack, maxHeight: number | null): Reason[] {
  const height = classHeight(track);
  if (maxHeight === null || height <= maxHeight) return [];
  const message = `The pictures are ${height}p and ${maxHeight}p was asked for`;
  return [{ code: "QUALITY_REQUESTED", message }];
}

function soundReasons(track: AudioTrack, profile: DeviceProfile): Reason[] {
  const reasons: Reason[] = [];
  if (!profile.audioCodecs.has(track.codec)) {
    const message = `The device does not play ${track.codec} sound; it plays ${list(profile.audioCodecs)}`;
    reasons.push({ code: "AUDIO_CODEC_UNSUPPORTED", message });
  }
  if (track.channels > profile.maxAudioChannels) {
    const message = `The sound has ${track.channels} channels, the device plays ${profile.maxAudioChannels}`;
    reasons.push({ code: "AUDIO_CHANNELS_TOO_MANY", message });
  }
  return reasons;
}

/** What a viewer should know about the source before it plays. */
export function sourceWarnings(source: Source, subtitleWanted: boolean): Reason[] {
  const warnings: Reason[] = [];
  if (source.truncated !== null) {
    const ends = clockTime(source.durationSeconds);
    const declared = clockTime(source.truncated.declaredDurationSeconds);
    const message = `Ends at ${ends} because the file is truncated; it was meant to last ${declared}`;
    warnings.push({ code: "SOURCE_TRUNCATED", message });
  }
  for (const track of source.leftOut) {
    warnings.push({ code: "TRACK_LEFT_OUT", message: leftOutSentence(track) });
  }
  if (subtitleWanted) {
    const message = "Subtitles are not part of the stream yet";
    warnings.push({ code: "SUBTITLES_NOT_DELIVERED", message });
  }
  return warnings;
}

const leftOutNames = { video: "A picture track", audio: "A sound track", cover: "The cover" };

function leftOutSentence({ kind, index, codec }: LeftOutTrack): string {
  const of = codec === null ? "of an unknown codec" : `of the codec ${codec}`;
  return `${leftOutNames[kind]} (stream ${index}) is left out: it is ${of}, which is not decoded here`;
}

/** The height of the 16:9 box (9:16 for upright pictures) that holds the pictures, as in media/ladder. */
function classHeight(track: VideoTrack): number {
  const { width, height } = displaySize(track);
  return Math.max(Math.min(width, height), Math.round((Math.max(width, height) * 9) / 16));
}

const list = (names: ReadonlySet<string>): string => [...names].join(", ");
const mbps = (bitsPerSecond: number): string => `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
