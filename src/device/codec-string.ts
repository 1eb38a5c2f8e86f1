import { codecKind } from "../media/decoded-codecs.ts";
import { aacScope } from "./codec-profile.ts";
import type { AudioLimits, VideoLimits } from "./device.ts";
import { anyAudio } from "./limits.ts";
import { parseVideoString } from "./video-codec-string.ts";

/** What one entry of a client's list of codecs says. */
export type CodecClaim =
  /** A name alone: of profile, level and depth it says nothing. */
  | { readonly kind: "name"; readonly codec: string; readonly of: "video" | "audio" }
  | { readonly kind: "video"; readonly codec: string; readonly limits: VideoLimits }
  | { readonly kind: "audio"; readonly codec: string; readonly limits: AudioLimits };

/** Other spellings of what FFmpeg calls otherwise, and the sample entries that say no more than a name. */
const names: ReadonlyMap<string, string> = new Map([
  ...["avc", "avc1", "avc3", "h.264", "x264"].map((name) => [name, "h264"] as const),
  ...["h265", "h.265", "hvc1", "hev1", "x265"].map((name) => [name, "hevc"] as const),
  ...["av01"].map((name) => [name, "av1"] as const),
  ...["vp09"].map((name) => [name, "vp9"] as const),
  ...["vp08"].map((name) => [name, "vp8"] as const),
  ...["mpeg2", "mpeg-2"].map((name) => [name, "mpeg2video"] as const),
  ...["mpeg1"].map((name) => [name, "mpeg1video"] as const),
  ...["mp4v", "xvid", "divx"].map((name) => [name, "mpeg4"] as const),
  ...["vc-1"].map((name) => [name, "vc1"] as const),
  ...["mp4a"].map((name) => [name, "aac"] as const),
  ...["ac-3"].map((name) => [name, "ac3"] as const),
  ...["ec-3", "e-ac-3", "e-ac3", "ec3"].map((name) => [name, "eac3"] as const),
  ...["dca", "dtsc", "dtse", "dtsh", "dtsl", "dts-", "dts+"].map((name) => [name, "dts"] as const),
  ...["mlpa"].map((name) => [name, "truehd"] as const),
]);

/**
 * One codec as RFC 6381 writes it (`avc1.640029`), or a name (`hevc`); null for anything else. Case does not matter.
 * Video: ISO/IEC 14496-15 annex E and the bindings of AV1, VP9 and Dolby Vision; sound: ISO/IEC 14496-3 and the
 * registry of object types (mp4ra.org).
 */
export function parseCodecString(text: string): CodecClaim | null {
  const lower = text.trim().toLowerCase();
  const codec = names.get(lower) ?? lower;
  const of = codecKind(codec);
  if (of !== null) return { kind: "name", codec, of };
  const video = parseVideoString(lower);
  if (video !== null) return { kind: "video", ...video };
  return parseMpeg4Audio(lower);
}

/** The codecs of a type such as `video/mp4; codecs="avc1.640029, mp4a.40.2"`; none where it names none. */
export function codecsOfType(contentType: string): string[] {
  const codecs = /;\s*codecs\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType);
  const list = codecs?.[1] ?? codecs?.[2] ?? "";
  return list.split(",").flatMap((codec) => (codec.trim() === "" ? [] : [codec.trim()]));
}

/** Object type indications of other codecs in an MPEG-4 sample entry. */
const objectTypes: ReadonlyMap<string, string> = new Map([
  ["69", "mp3"],
  ["6b", "mp3"],
  ["a5", "ac3"],
  ["a6", "eac3"],
  ["a9", "dts"],
  ["ad", "opus"],
  ["dd", "vorbis"],
]);

/** Audio object types of ISO/IEC 14496-3, table 1.17, as ffprobe names their profiles. */
const aacByObjectType: ReadonlyMap<string, string> = new Map([
  ["1", "Main"],
  ["2", "LC"],
  ["3", "SSR"],
  ["4", "LTP"],
  ["5", "HE-AAC"],
  ["23", "LD"],
  ["29", "HE-AACv2"],
  ["39", "ELD"],
]);

function parseMpeg4Audio(text: string): CodecClaim | null {
  const [, indication = "", objectType] =
    /^mp4a\.([0-9a-f]{2})(?:\.0?(\d{1,2}))?$/.exec(text) ?? [];
  const other = objectTypes.get(indication);
  if (other !== undefined && objectType === undefined) {
    return { kind: "audio", codec: other, limits: anyAudio };
  }
  // MPEG-2 AAC of low complexity is what MPEG-4 calls by the same name.
  if (indication === "67" && objectType === undefined) return aac("LC");
  if (indication !== "40") return null;
  if (objectType === undefined) return { kind: "name", codec: "aac", of: "audio" };
  if (objectType === "34") return { kind: "audio", codec: "mp3", limits: anyAudio };
  const profile = aacByObjectType.get(objectType);
  return profile === undefined ? null : aac(profile);
}

function aac(profile: string): CodecClaim {
  return { kind: "audio", codec: "aac", limits: { ...anyAudio, profiles: aacScope(profile) } };
}
