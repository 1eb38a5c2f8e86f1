import { toNumber } from "../media/rational.ts";
import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import type { StreamTail } from "./packet-tail.ts";
import { statistics } from "./stream-tags.ts";
import type { TrackSpan } from "./tracks.ts";

/** Where a track begins, where its header says it ends and where its last packet does, on the file's clock. */
export interface MeasuredSpan extends TrackSpan {
  /** By the track's own header; undefined when only the file as a whole has a length. */
  readonly ownEndSeconds: number | undefined;
  /** By the track's header, else by the file's. */
  readonly declaredEndSeconds: number | undefined;
  /** False when no packet was seen and `endTimeSeconds` is what the header says. */
  readonly isMeasured: boolean;
}

type Format = FfprobeOutput["format"];

export function measureSpan(
  stream: FfprobeStream,
  format: Format,
  tail: StreamTail | undefined,
): MeasuredSpan {
  // FFmpeg tells no beginning of MPEG-PS with a single picture; its packet does.
  const onlyTime = format.format_name === "mpeg" ? tail?.times[0] : undefined;
  const startTimeSeconds = stream.start_time ?? format.start_time ?? onlyTime ?? 0;
  const ownEndSeconds = ownEnd(stream, format, startTimeSeconds);
  const declaredEndSeconds = ownEndSeconds ?? fileEnd(format);
  const isTold = declaredEndSeconds !== undefined && declaredEndSeconds > startTimeSeconds;
  const seen = tail !== undefined && (isWhole(tail, format) || !isTold) ? tail : undefined;
  const measured = measuredEnd(stream, format, seen, declaredEndSeconds);
  const end = measured ?? declaredEndSeconds ?? startTimeSeconds;
  return {
    startTimeSeconds,
    endTimeSeconds: microseconds(Math.max(startTimeSeconds, end)),
    ownEndSeconds,
    declaredEndSeconds,
    isMeasured: measured !== undefined && (seen !== undefined || format.format_name === "mpegts"),
  };
}

/** Whether the length that FFmpeg's demuxer tells counts from the clock's zero, wherever the file begins. */
export function countsLengthFromZero({ format_name }: Format): boolean {
  return ["nut", "asf", "wtv"].includes(format_name);
}

/** A bare stream has no header of its length: what ffprobe prints is guessed from a bit rate. */
const guessedLength = "mpegvideo";

/** Where the header says the file ends, on its clock. */
export function fileEnd(format: Format): number | undefined {
  const { format_name, start_time = 0, duration } = format;
  if (duration === undefined || format_name === guessedLength) return undefined;
  return countsLengthFromZero(format) ? duration : start_time + duration;
}

/** ffprobe prints six decimals; sums of them shall not carry more. */
export function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function ownEnd(stream: FfprobeStream, format: Format, start: number): number | undefined {
  if (format.format_name === guessedLength) return undefined;
  // Matroska notes a track's end, the others its length; of a single picture FFmpeg tells the whole file's as its own.
  const noted = statistics(stream).durationSeconds;
  const told = stream.duration === undefined ? undefined : start + stream.duration;
  const own = format.format_name === "matroska,webm" ? (noted ?? told) : (told ?? noted);
  // What a muxer noted may have been copied from a longer film.
  return own === undefined ? undefined : Math.min(own, fileEnd(format) ?? Infinity);
}

/** Demuxers that find the length by reading the last time stamps instead of a header. */
const readsLengthFromPackets = new Set(["mpegts", "mpeg"]);

/**
 * Ogg counts its clock from the end of each page. After a seek FFmpeg numbers Vorbis from a page it has not
 * seen whole: a second late, and its last packet lasts 2^32 samples. The last page itself tells the length.
 */
const readsLengthFromLastPage = "ogg";

function measuredEnd(
  stream: FfprobeStream,
  format: Format,
  tail: StreamTail | undefined,
  declared: number | undefined,
): number | undefined {
  const presented = tail && presentationEnd(stream, tail);
  if (format.format_name === readsLengthFromLastPage && stream.duration !== undefined)
    return withoutPreSkip(stream, declared, presented);
  const decoded = tail && decodingEnd(stream, tail);
  if (readsLengthFromPackets.has(format.format_name)) {
    // Its last few packets alone may miss the latest picture, which comes before them in the file.
    const latest = Math.max(...[presented, decoded, declared].map((end) => end ?? -Infinity));
    return latest === -Infinity ? undefined : latest;
  }
  if (decoded === undefined) return presented;
  // Decoding times lag behind by the reordering delay, which is not exact: within it the header is.
  const delay = Math.max(3, 2 * (1 + (stream.has_b_frames ?? 0))) * (tail?.packetSeconds ?? 0);
  return declared !== undefined && Math.abs(decoded - declared) <= delay ? declared : decoded;
}

/** A seek to the end of MPEG-PS lands inside a picture and splits it; only a longer tail is right. */
function isWhole(tail: StreamTail, format: Format): boolean {
  return format.format_name !== "mpeg" || tail.times.length >= 8;
}

/** Longest start of an Opus stream that is decoded and not heard (RFC 7845, 4.2). */
const longestPreSkipSeconds = 0.1;

/** FFmpeg counts what of Opus is not heard at the beginning into the length. */
function withoutPreSkip(
  { codec_name: codec }: FfprobeStream,
  declared: number | undefined,
  presented: number | undefined,
): number | undefined {
  if (codec !== "opus" || declared === undefined || presented === undefined) return declared;
  return presented < declared && declared - presented <= longestPreSkipSeconds
    ? presented
    : declared;
}

function presentationEnd(stream: FfprobeStream, tail: StreamTail): number | undefined {
  const end = lastPacketEnd(stream, tail);
  const { lastTime, longestPacketSeconds, paddingSamples } = tail;
  // Opus is decoded at 48 kHz, whatever it was made of; so it is told.
  const rate = stream.sample_rate ?? 0;
  if (end === undefined || paddingSamples === 0 || rate === 0 || lastTime === undefined) return end;
  // Some demuxers have made the packet shorter already.
  return Math.min(end, lastTime + longestPacketSeconds - paddingSamples / rate);
}

function lastPacketEnd(stream: FfprobeStream, tail: StreamTail): number | undefined {
  if (tail.presentationEnd === undefined) return undefined;
  const rate = stream.avg_frame_rate ?? stream.r_frame_rate;
  const untold = tail.packetSeconds === 0 && rate !== undefined ? 1 / toNumber(rate) : 0;
  return Math.max(tail.presentationEnd + untold, lastPictureEnd(stream, tail));
}

/** How far two rates of a film of even pace may differ: one counts by a length that may be a picture too short. */
const samePace = 0.02;

/**
 * Where the last picture of a film of even pace ends: of Matroska that was copied into MP4, FFmpeg's muxer makes it so much
 * shorter as the film begins late, and less than half a picture would be none.
 */
function lastPictureEnd(stream: FfprobeStream, { times }: StreamTail): number {
  const [nominal, mean] = [stream.r_frame_rate, stream.avg_frame_rate];
  if (stream.codec_type !== "video" || nominal === undefined || mean === undefined)
    return -Infinity;
  const isEven = Math.abs(toNumber(nominal) / toNumber(mean) - 1) < samePace;
  return isEven ? Math.max(-Infinity, ...times) + 1 / toNumber(nominal) : -Infinity;
}

function decodingEnd(stream: FfprobeStream, tail: StreamTail): number | undefined {
  if (tail.decodingEnd === undefined || tail.untimedPackets === 0) return undefined;
  return tail.decodingEnd + tail.packetSeconds * (stream.has_b_frames ?? 0);
}
