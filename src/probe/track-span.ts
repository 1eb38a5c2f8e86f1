import { toNumber } from "../media/rational.ts";
import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import type { StreamTail } from "./packet-tail.ts";
import { statistics } from "./stream-tags.ts";
import type { TrackSpan } from "./tracks.ts";

/** Where a track begins, where its header says it ends and where its last packet does, on the file's clock. */
export interface MeasuredSpan extends TrackSpan {
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
  const startTimeSeconds = stream.start_time ?? format.start_time ?? 0;
  const declaredEndSeconds = declaredEnd(stream, format, startTimeSeconds);
  const measured = measuredEnd(stream, format, tail, declaredEndSeconds);
  const end = measured ?? declaredEndSeconds ?? startTimeSeconds;
  return {
    startTimeSeconds,
    endTimeSeconds: Math.max(startTimeSeconds, end),
    declaredEndSeconds,
    isMeasured: measured !== undefined,
  };
}

/** A broken header is no reason to cut; a file that ends this much early is. Two pictures come on top. */
export function isTruncated(span: MeasuredSpan, pictureSeconds: number): boolean {
  const { declaredEndSeconds, endTimeSeconds, isMeasured } = span;
  if (!isMeasured || declaredEndSeconds === undefined) return false;
  return declaredEndSeconds - endTimeSeconds > 1 + 2 * pictureSeconds;
}

function declaredEnd(stream: FfprobeStream, format: Format, start: number): number | undefined {
  const fileEnd =
    format.duration === undefined ? undefined : (format.start_time ?? 0) + format.duration;
  // Matroska notes a track's end, the others its length.
  const noted = statistics(stream).durationSeconds;
  const own = stream.duration === undefined ? noted : start + stream.duration;
  if (own === undefined || fileEnd === undefined) return own ?? fileEnd;
  return Math.min(own, fileEnd);
}

/** Demuxers that find the length by reading the last time stamps instead of a header. */
const readsLengthFromPackets = new Set(["mpegts", "mpeg"]);

function measuredEnd(
  stream: FfprobeStream,
  format: Format,
  tail: StreamTail | undefined,
  declared: number | undefined,
): number | undefined {
  const presented = tail && presentationEnd(stream, tail);
  const decoded = tail && decodingEnd(stream, tail);
  if (readsLengthFromPackets.has(format.format_name)) {
    // Its last few packets alone may miss the latest picture, which comes before them in the file.
    const latest = Math.max(...[presented, decoded, declared].map((end) => end ?? -Infinity));
    return latest === -Infinity ? undefined : latest;
  }
  if (decoded === undefined) return presented;
  // Decoding times lag behind by the reordering delay, which is not exact: within it the header is.
  const delay = 3 * (tail?.packetSeconds ?? 0);
  return declared !== undefined && Math.abs(decoded - declared) <= delay ? declared : decoded;
}

function presentationEnd(stream: FfprobeStream, tail: StreamTail): number | undefined {
  const rate = stream.avg_frame_rate ?? stream.r_frame_rate;
  const untold = tail.packetSeconds === 0 && rate !== undefined ? 1 / toNumber(rate) : 0;
  return tail.presentationEnd === undefined ? undefined : tail.presentationEnd + untold;
}

function decodingEnd(stream: FfprobeStream, tail: StreamTail): number | undefined {
  if (tail.decodingEnd === undefined || tail.untimedPackets === 0) return undefined;
  return tail.decodingEnd + tail.packetSeconds * (stream.has_b_frames ?? 0);
}
