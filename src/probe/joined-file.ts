import { open } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import {
  pieceInput,
  sourceInput,
  type SourceInput,
  type SourcePiece,
} from "../media/source-pieces.ts";
import { findJoints, type ReadAt } from "./clock-joints.ts";
import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import { parseReport } from "./ffprobe-run.ts";
import type { StreamTail, Tails } from "./packet-tail.ts";
import { primaryStream } from "./read-source.ts";
import type { RunOnFile } from "./real-end.ts";
import { measureSpan, microseconds } from "./track-span.ts";

/** What ffprobe said of a file and how it ends. */
export interface Description {
  readonly output: FfprobeOutput;
  readonly tails: Tails;
}

export interface ProbedFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly runOn: (input: SourceInput) => RunOnFile;
  readonly leftMs: () => number;
}

type Describe = (run: RunOnFile, sizeBytes: number, leftMs: () => number) => Promise<Description>;

/** Each piece costs an ffprobe of its own, and a file in FFmpeg's script. */
const mostPieces = 64;
/** What holds less has no key frame worth the name: it is left out. */
const smallestPieceBytes = 4096;

/**
 * The description of an MPEG stream whose clock jumps, in pieces on one even clock; undefined for any
 * other file. Throws MEDIA_UNSUPPORTED when it jumps more often than can be followed.
 */
export async function describeJoined(
  file: ProbedFile,
  { format }: FfprobeOutput,
  describe: Describe,
): Promise<(Description & { readonly pieces: readonly SourcePiece[] }) | undefined> {
  const container = format.format_name;
  if (container !== "mpegts" && container !== "mpeg") return undefined;
  const { path, sizeBytes, runOn, leftMs } = file;
  const joints = await withReader(path, (readAt) => findJoints({ container, sizeBytes, readAt }));
  if (joints.length === 0) return undefined;
  if (joints.length >= mostPieces) throw tooManyJumps(joints.length);

  const ranges = byteRanges(joints, sizeBytes);
  const described: DescribedPiece[] = [];
  for (const range of ranges) {
    const description = await describe(
      runOn(pieceInput(path, container, range)),
      range.endByte - range.startByte,
      leftMs,
    );
    if (primaryStream(description.output, description.tails) === undefined) continue;
    described.push({ ...range, ...description });
  }
  if (described.length === 0) return undefined;
  const pieces = placePieces(described);
  const report = await runOn(sourceInput(path, container, pieces))({
    describe: true,
    timeoutMs: leftMs(),
  });
  return { pieces, ...joinedDescription(parseReport(report), container, described, pieces) };
}

interface ByteRange {
  readonly startByte: number;
  readonly endByte: number;
}

type DescribedPiece = ByteRange & Description;

function byteRanges(joints: readonly number[], sizeBytes: number): ByteRange[] {
  const bounds = [0, ...joints, sizeBytes];
  return bounds
    .slice(1)
    .map((endByte, i) => ({ startByte: bounds[i] ?? 0, endByte }))
    .filter(({ startByte, endByte }) => endByte - startByte >= smallestPieceBytes);
}

/** Each piece as long as puts the next one's first picture right after its last. */
function placePieces(described: readonly DescribedPiece[]): SourcePiece[] {
  return described.map((piece, i) => {
    const next = described[i + 1];
    const lead = next === undefined ? 0 : leadSeconds(next);
    const seconds = Math.max(0.001, primarySpan(piece).end - lead);
    const { startByte, endByte } = piece;
    return { startByte, endByte, durationMicroseconds: Math.round(seconds * 1e6) };
  });
}

/** From the piece's first moment to its first picture. */
function leadSeconds(piece: DescribedPiece): number {
  return primarySpan(piece).start;
}

/** Of the track that decides how long the film is, from the piece's first moment. */
function primarySpan(piece: DescribedPiece): { start: number; end: number } {
  const stream = primaryStream(piece.output, piece.tails);
  if (stream === undefined) return { start: 0, end: 0 };
  return spanInPiece(piece, stream);
}

function spanInPiece(
  { output: { format }, tails }: DescribedPiece,
  stream: FfprobeStream,
): { start: number; end: number } {
  const span = measureSpan(stream, format, tails.get(stream.index));
  const zero = format.start_time ?? 0;
  return { start: span.startTimeSeconds - zero, end: span.endTimeSeconds - zero };
}

/** What FFmpeg says of the whole, with the ends of its tracks from the last piece that has them. */
function joinedDescription(
  output: FfprobeOutput,
  container: string,
  described: readonly DescribedPiece[],
  pieces: readonly SourcePiece[],
): Description {
  const starts = [0];
  for (const piece of pieces) {
    starts.push((starts.at(-1) ?? 0) + piece.durationMicroseconds / 1e6);
  }
  const spans = new Map<number, { start: number; end: number }>();
  const tails = new Map<number, StreamTail>();
  for (const [i, piece] of described.entries()) {
    const offset = starts[i] ?? 0;
    const zero = piece.output.format.start_time ?? 0;
    for (const stream of piece.output.streams) {
      const tail = piece.tails.get(stream.index);
      const { start, end } = spanInPiece(piece, stream);
      const first = spans.get(stream.index)?.start ?? offset + start;
      spans.set(stream.index, { start: first, end: offset + end });
      if (tail !== undefined) tails.set(stream.index, shifted(tail, offset - zero));
    }
  }
  const streams = output.streams.map((stream) => {
    const span = spans.get(stream.index);
    if (span === undefined) return stream;
    const start = microseconds(span.start);
    return { ...stream, start_time: start, duration: microseconds(span.end - start) };
  });
  const format = { ...output.format, format_name: container };
  // Pieces of one film, each with a clock of its own: chapters of any are on none of them.
  return { output: { streams, format, chapters: [] }, tails };
}

function shifted(tail: StreamTail, seconds: number): StreamTail {
  const later = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : time + seconds;
  return {
    ...tail,
    presentationEnd: later(tail.presentationEnd),
    completeEnd: later(tail.completeEnd),
    decodingEnd: later(tail.decodingEnd),
    firstTime: later(tail.firstTime),
    endBeforeLeap: later(tail.endBeforeLeap),
    times: tail.times.map((time) => time + seconds),
  };
}

async function withReader<T>(path: string, use: (readAt: ReadAt) => Promise<T>): Promise<T> {
  await using handle = await open(path, "r");
  return await use(async (offset, length) => {
    const bytes = new Uint8Array(Math.max(0, length));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  });
}

function tooManyJumps(count: number): ViewraError {
  return new ViewraError(
    "MEDIA_UNSUPPORTED",
    `The clock of the recording jumps ${count} times: put it on one clock with ` +
      "`ffmpeg -i recording -map 0 -c copy repaired.mkv`",
  );
}
