import type { ChromaFormat } from "../media/pixel-format.ts";
import type { HdrKind, VideoLimits } from "./device.ts";
import { anyVideo, videoLimits } from "./limits.ts";

interface VideoClaim {
  readonly codec: string;
  readonly limits: VideoLimits;
}

/** The video codec of a lower-case RFC 6381 string that has parameters; null for one that breaks its own rules. */
export function parseVideoString(text: string): VideoClaim | null {
  const [entry = "", ...fields] = text.split(".");
  return parsers.get(entry)?.(fields) ?? null;
}

const parsers: ReadonlyMap<string, (fields: readonly string[]) => VideoClaim | null> = new Map([
  ...["avc1", "avc3"].map((entry) => [entry, parseAvc] as const),
  ...["hvc1", "hev1"].map((entry) => [entry, parseHevc] as const),
  ["av01", parseAv1],
  ["vp09", parseVp9],
  ...["dvh1", "dvhe"].map((entry) => [entry, dolbyVisionIn("hevc", "Main 10")] as const),
  ["dav1", dolbyVisionIn("av1", "Main")],
  ...["dva1", "dvav"].map((entry) => [entry, dolbyVisionIn("h264", "High")] as const),
]);

/** `profile_idc` of ISO/IEC 14496-10, A.2, as ffprobe names the profile. */
const avcProfiles: ReadonlyMap<number, string> = new Map([
  [66, "Baseline"],
  [77, "Main"],
  [88, "Extended"],
  [100, "High"],
  [110, "High 10"],
  [122, "High 4:2:2"],
  [244, "High 4:4:4 Predictive"],
  [44, "CAVLC 4:4:4"],
]);

/** Six hexadecimal digits: profile, constraint flags, level. ISO/IEC 14496-15, E.2. */
function parseAvc(fields: readonly string[]): VideoClaim | null {
  const [, idc = "", flags = "", level = ""] =
    /^([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(fields.join(".")) ?? [];
  const profileIdc = Number.parseInt(idc, 16);
  const constraints = Number.parseInt(flags, 16);
  const levelIdc = Number.parseInt(level, 16);
  const named = avcProfiles.get(profileIdc);
  if (named === undefined || !(levelIdc >= 9 && levelIdc <= 62)) return null;
  const profile = profileIdc === 66 && (constraints & 0x40) !== 0 ? "Constrained Baseline" : named;
  const isLevel1b = levelIdc === 11 && (constraints & 0x10) !== 0 && profileIdc <= 88;
  const limits = videoLimits("h264", profile, null, { maxLevel: isLevel1b ? 9 : levelIdc });
  const own = limits.profiles ?? new Set([profile]);
  return { codec: "h264", limits: { ...limits, profiles: own } };
}

const hevcProfiles: ReadonlyMap<number, string> = new Map([
  [1, "Main"],
  [2, "Main 10"],
  [3, "Main Still Picture"],
  [4, "Rext"],
]);

/** Profile, compatibility flags, tier and level, up to six bytes of constraints. ISO/IEC 14496-15, E.3. */
function parseHevc([
  idc = "",
  compatibility = "",
  level = "",
  ...bytes
]: readonly string[]): VideoClaim | null {
  const profileIdc = /^\d{1,2}$/.test(idc) ? Number(idc) : 0;
  const profile = hevcProfiles.get(profileIdc);
  const levelIdc = Number(/^[lh](\d{1,3})$/.exec(level)?.[1] ?? 0);
  const isWhole = bytes.length <= 6 && bytes.every((byte) => /^[0-9a-f]{1,2}$/.test(byte));
  if (profile === undefined || !/^[0-9a-f]{1,8}$/.test(compatibility) || !isWhole) return null;
  if (levelIdc < 30 || levelIdc > 255) return null;
  const limits = videoLimits("hevc", profile, null, { maxLevel: levelIdc });
  const constraints = bytes.map((byte) => Number.parseInt(byte, 16));
  return {
    codec: "hevc",
    limits: profile === "Rext" ? rangeExtensions(limits, constraints) : limits,
  };
}

/** Which of the range extensions' formats it is: flags of ISO/IEC 23008-2, table A.2, from byte 0 bit 3 on. */
function rangeExtensions(
  limits: VideoLimits,
  [first = 0, second = 0]: readonly number[],
): VideoLimits {
  const maxBitDepth = first & 0b10 ? 8 : first & 0b100 ? 10 : first & 0b1000 ? 12 : 16;
  const chroma: readonly ChromaFormat[] =
    second & 0x40
      ? ["4:0:0"]
      : second & 0x80
        ? ["4:0:0", "4:2:0"]
        : first & 1
          ? ["4:0:0", "4:2:0", "4:2:2"]
          : ["4:0:0", "4:2:0", "4:2:2", "4:4:4", "rgb"];
  return { ...limits, maxBitDepth, chroma: new Set(chroma) };
}

/** TransferCharacteristics of H.273 that mean HDR. */
const hdrByTransfer: ReadonlyMap<number, HdrKind> = new Map([
  [16, "hdr10"],
  [18, "hlg"],
]);

const av1Profiles = ["Main", "High", "Professional"];

/** Profile, level and tier, bit depth; then nothing or all five optional ones. AV1 in ISOBMFF, section 5. */
function parseAv1(fields: readonly string[]): VideoClaim | null {
  const [p = "", levelAndTier = "", depth = "", mono, chroma, ...colour] = fields;
  const profile = /^[0-2]$/.test(p) ? av1Profiles[Number(p)] : undefined;
  const level = /^(\d\d)[mh]$/.exec(levelAndTier)?.[1];
  if (profile === undefined || level === undefined || !bitDepths.has(depth)) return null;
  if (fields.length !== 3) {
    const isWhole =
      fields.length === 9 && /^[01]$/.test(mono ?? "") && /^[01]{2}[0-3]$/.test(chroma ?? "");
    if (!isWhole || !colour.every((field, at) => (at < 3 ? /^\d\d$/ : /^[01]$/).test(field)))
      return null;
  }
  const limits = videoLimits("av1", profile, null, { maxLevel: Number(level), ...hdr(colour[1]) });
  return { codec: "av1", limits: { ...limits, maxBitDepth: Number(depth) } };
}

/** Profile, level, bit depth; then any of chroma, colour and range. VP codec ISO media file format binding. */
function parseVp9(fields: readonly string[]): VideoClaim | null {
  const [p = "", level = "", depth = "", ...more] = fields;
  const isWhole =
    fields.length >= 3 && fields.length <= 8 && more.every((field) => /^\d\d$/.test(field));
  if (!/^0[0-3]$/.test(p) || !/^[1-6]\d$/.test(level) || !bitDepths.has(depth) || !isWhole)
    return null;
  const profile = `Profile ${Number(p)}`;
  const limits = videoLimits("vp9", profile, null, { maxLevel: Number(level), ...hdr(more[2]) });
  return { codec: "vp9", limits: { ...limits, maxBitDepth: Number(depth) } };
}

const bitDepths: ReadonlySet<string> = new Set(["08", "10", "12"]);

function hdr(transfer: string | undefined): Partial<VideoLimits> {
  const kind = hdrByTransfer.get(Number(transfer));
  return kind === undefined ? {} : { hdr: new Set([kind]) };
}

/** Two digits of profile and two of level. Dolby Vision streams within ISOBMFF, 3.3. */
function dolbyVisionIn(codec: string, profile: string) {
  return ([dv = "", level = "", ...more]: readonly string[]): VideoClaim | null => {
    if (!/^\d\d$/.test(dv) || !/^\d\d$/.test(level) || more.length > 0 || Number(level) < 1)
      return null;
    const dolbyVision = new Map([[Number(dv), Number(level)]]);
    return { codec, limits: { ...anyVideo, ...videoLimits(codec, profile, null), dolbyVision } };
  };
}
