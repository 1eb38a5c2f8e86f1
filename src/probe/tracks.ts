import {
  chromaLocations,
  isHdr,
  matrixNames,
  primariesNames,
  transferNames,
  type ColorTags,
} from "../media/color.ts";
import { rational } from "../media/rational.ts";
import { isDecoded } from "../media/decoded-codecs.ts";
import type {
  AudioTrack,
  DolbyVision,
  LeftOutTrack,
  SubtitleTrack,
  VideoTrack,
} from "../media/source.ts";
import type { FfprobeStream } from "./ffprobe-output.ts";
import type { FramePace } from "./frame-pace.ts";
import type { StreamTail } from "./packet-tail.ts";
import { hdrMetadata } from "./hdr-side-data.ts";
import { language, tag, title } from "./stream-tags.ts";

export interface TrackSpan {
  readonly startTimeSeconds: number;
  readonly endTimeSeconds: number;
}

/** The streams that are tracks: cover pictures, data, time codes and what is not decoded are not. */
export function trackStreams(streams: readonly FfprobeStream[]): {
  readonly video: FfprobeStream | undefined;
  readonly audio: FfprobeStream[];
  readonly subtitles: FfprobeStream[];
} {
  const decoded = streams.filter(isDecodedStream);
  const videos = decoded.filter((stream) => stream.codec_type === "video" && isFilm(stream));
  return {
    video: videos.find((stream) => stream.disposition?.default) ?? videos[0],
    audio: decoded.filter((stream) => stream.codec_type === "audio" && hasSound(stream)),
    subtitles: streams.filter(
      (stream) => stream.codec_type === "subtitle" && stream.codec_name !== undefined,
    ),
  };
}

/** The pictures and sound that are not played because nothing here decodes them, in the file's order. */
export function leftOutTracks(streams: readonly FfprobeStream[]): LeftOutTrack[] {
  return streams.flatMap((stream): LeftOutTrack[] => {
    const { index, codec_type: type, codec_name: codec = null } = stream;
    if (isDecodedStream(stream) || (type !== "video" && type !== "audio")) return [];
    return [{ kind: type === "video" && isStill(stream) ? "cover" : type, index, codec }];
  });
}

/** Covers that are decoded here: upright ones, and those that Matroska calls `cover`, before the others. */
export function coverStreams(streams: readonly FfprobeStream[]): number[] {
  const rank = (stream: FfprobeStream): number => {
    const name = tag(stream, "filename") ?? "";
    if (/land|banner|fanart|small/i.test(name)) return 2;
    return /^cover\./i.test(name) || (stream.height ?? 0) >= (stream.width ?? 0) ? 0 : 1;
  };
  return streams
    .filter((stream) => stream.disposition?.attached_pic === true && isDecodedStream(stream))
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ index }) => index);
}

function isDecodedStream({ codec_name: codec }: FfprobeStream): boolean {
  return codec !== undefined && isDecoded(codec);
}

function isFilm(stream: FfprobeStream): boolean {
  return !isStill(stream) && (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0;
}

function isStill({ disposition }: FfprobeStream): boolean {
  return (
    disposition?.attached_pic === true ||
    disposition?.timed_thumbnails === true ||
    disposition?.still_image === true
  );
}

/** A stream named in the header of which no packet came has neither. */
function hasSound({ channels, sample_rate }: FfprobeStream): boolean {
  return (channels ?? 0) > 0 && (sample_rate ?? 0) > 0;
}

export function videoTrack(stream: FfprobeStream, span: TrackSpan, pace: FramePace): VideoTrack {
  const tags = color(stream);
  return {
    ...trackBase(stream, span),
    profile: stream.profile ?? null,
    level: stream.level ?? null,
    codecTag: codecTag(stream),
    dolbyVision: dolbyVision(stream),
    hdrMetadata: hdrMetadata(stream.side_data_list),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    sampleAspectRatio: stream.sample_aspect_ratio ?? rational(1),
    rotationDegrees: rotation(stream),
    isMirrored: isMirrored(stream),
    frameRate: pace.frameRate,
    isVariableFrameRate: pace.isVariable,
    isInterlaced: ["tt", "bb", "tb", "bt"].includes(stream.field_order ?? ""),
    reorderFrames: stream.has_b_frames ?? 0,
    pixelFormat: stream.pix_fmt ?? null,
    isFullRange: stream.color_range === "pc",
    isHdr: isHdr(tags?.transfer ?? null),
    color: tags,
    bitrateBps: stream.bit_rate ?? null,
  };
}

export function audioTrack(
  stream: FfprobeStream,
  span: TrackSpan,
  tail: StreamTail | undefined,
): AudioTrack {
  const base = trackBase(stream, span);
  return {
    ...base,
    profile: stream.profile ?? null,
    bitDepth: stream.bits_per_raw_sample || stream.bits_per_sample || null,
    channels: stream.channels ?? 0,
    channelLayout: stream.channel_layout ?? null,
    sampleRateHz: stream.sample_rate ?? 0,
    packetTimeSeconds: tail?.times[0] ?? null,
    bitrateBps: stream.bit_rate ?? null,
    isCommentary: isCommentary(stream, base.title ?? ""),
    isDescription:
      stream.disposition?.visual_impaired === true ||
      /\baudio[- ]?descri|\bdescriptive\b|\bvisual(?:ly)?[- ]impaired\b/i.test(base.title ?? ""),
  };
}

export function subtitleTrack(stream: FfprobeStream, span: TrackSpan): SubtitleTrack {
  const base = trackBase(stream, span);
  const told = base.title ?? "";
  return {
    ...base,
    isForced: stream.disposition?.forced === true || /\bforced\b/i.test(told),
    isForHearingImpaired:
      stream.disposition?.hearing_impaired === true ||
      stream.codec_name === "eia_608" ||
      /\bsdh\b|\bcc\b|\bhearing[- ]impaired\b/i.test(told),
    isCommentary: isCommentary(stream, told),
  };
}

function isCommentary(stream: FfprobeStream, title: string): boolean {
  return stream.disposition?.comment === true || /\bcommentary\b/i.test(title);
}

function trackBase(stream: FfprobeStream, span: TrackSpan) {
  return {
    index: stream.index,
    codec: stream.codec_name ?? "",
    language: language(stream),
    title: title(stream),
    isDefault: stream.disposition?.default === true,
    ...span,
  };
}

/** Other containers have numbers in its place, which ffprobe writes as `[27][0][0][0]`. */
function codecTag({ codec_tag_string: tag }: FfprobeStream): string | null {
  return tag !== undefined && /^[\w.-]{4}$/.test(tag) ? tag : null;
}

function dolbyVision(stream: FfprobeStream): DolbyVision | null {
  for (const data of stream.side_data_list) {
    const { dv_profile: profile, dv_level: level } = data;
    if (profile === undefined || level === undefined) continue;
    return { profile, level, compatibilityId: data.dv_bl_signal_compatibility_id ?? 0 };
  }
  return null;
}

/** ffprobe gives a display matrix's turn counter-clockwise, an old `rotate` tag's clockwise. */
function rotation(stream: FfprobeStream): VideoTrack["rotationDegrees"] {
  const matrix = stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation;
  const clockwise = matrix === undefined ? Number(tag(stream, "rotate") ?? 0) : -matrix;
  const quarter = (((Math.round(clockwise / 90) % 4) + 4) % 4) * 90;
  return quarter === 90 || quarter === 180 || quarter === 270 ? quarter : 0;
}

/** A picture seen in a mirror: the display matrix (ISO/IEC 14496-12, 6.2.2) has a negative determinant. */
function isMirrored(stream: FfprobeStream): boolean {
  const text = stream.side_data_list.find((data) => data.displaymatrix !== undefined);
  const rows = [...(text?.displaymatrix ?? "").matchAll(/\d+: +(-?\d+) +(-?\d+) +-?\d+/g)];
  const [[a, b] = [0, 0], [c, d] = [0, 0]] = rows.map((row) => [Number(row[1]), Number(row[2])]);
  return (a ?? 0) * (d ?? 0) < (b ?? 0) * (c ?? 0);
}

function color(stream: FfprobeStream): ColorTags | null {
  const tags: ColorTags = {
    matrix: matrixNames.find((name) => name === stream.color_space) ?? null,
    primaries: primariesNames.find((name) => name === stream.color_primaries) ?? null,
    transfer: transferNames.find((name) => name === stream.color_transfer) ?? null,
    chromaLocation: chromaLocations.find((name) => name === stream.chroma_location) ?? null,
  };
  return Object.values(tags).every((tag) => tag === null) ? null : tags;
}
