import { resolve } from "node:path";
import { fileInput, sourceInput, type SourceInput } from "../media/source-pieces.ts";
import type { Source } from "../media/source.ts";
import type { ProcessRunner } from "../process/process-runner.ts";
import { parseReport, runFfprobe } from "./ffprobe-run.ts";
import type { FfprobeOutput } from "./ffprobe-output.ts";
import { withoutAbsentTracks } from "./absent-tracks.ts";
import { refuseExcess } from "./excess.ts";
import { withFirstPicture } from "./first-picture.ts";
import { CaptionMarks, withCaptions } from "./caption-marks.ts";
import { fingerprintFile } from "./fingerprint.ts";
import { withPicturesLight } from "./hdr-look.ts";
import { describeJoined, type Description } from "./joined-file.ts";
import type { Tails } from "./packet-tail.ts";
import { pastRefusals } from "./past-refusals.ts";
import { primaryStream, readSource } from "./read-source.ts";
import { searchTails, type RunOnFile } from "./real-end.ts";
import { regularFileSize } from "./regular-file.ts";
import { lookBehindPictures } from "./stray-stamps.ts";
import { withTeletext } from "./teletext-pages.ts";
import { measureSpan } from "./track-span.ts";

export interface Prober {
  /**
   * What a media file is and how far it can really be decoded. One ffprobe for an ordinary file.
   *
   * Throws MEDIA_MISSING, MEDIA_UNREADABLE (not a regular file, not a film, no permission …),
   * MEDIA_UNSUPPORTED (nothing to play in it), PROBE_FAILED, PROCESS_TIMEOUT, PROGRAM_MISSING or,
   * by the signal, CANCELLED.
   */
  probe(path: string, signal?: AbortSignal): Promise<Source>;
}

export interface ProberOptions {
  readonly runner: ProcessRunner;
  readonly ffprobePath: string;
  /** For all of one file's ffprobe runs together. */
  readonly timeoutMs?: number;
}

export function createProber({ runner, ffprobePath, timeoutMs = 20_000 }: ProberOptions): Prober {
  return {
    async probe(path, signal) {
      const absolute = resolve(path);
      const sizeBytes = await regularFileSize(absolute);
      const marks = new CaptionMarks();
      const fingerprint = await fingerprintFile(absolute, (block) => marks.look(block));
      const startedAt = performance.now();
      const leftMs = (): number => Math.max(1, timeoutMs - (performance.now() - startedAt));
      const runOn = (input: SourceInput): RunOnFile =>
        pastRefusals<Parameters<RunOnFile>[0]>((request) =>
          runFfprobe(runner, ffprobePath, { ...request, input, signal }),
        );
      const file = { path: absolute, sizeBytes, runOn, leftMs };
      const onFile = runOn(fileInput(absolute));
      const whole = await describe(onFile, sizeBytes, leftMs);
      const joined = await describeJoined(file, whole.output, describe);
      const { output, tails } = joined ?? whole;
      const input = joined ? sourceInput(absolute, output.format.format_name, joined.pieces) : null;
      const look = input === null ? onFile : runOn(input);
      const present = await withoutAbsentTracks(output, tails, look, leftMs);
      const timed = await withFirstPicture(present, tails, look, leftMs);
      const lit = await withPicturesLight(timed, look, leftMs);
      const read = readSource(lit, tails, { fingerprint, sizeBytes });
      const paged = await withTeletext(read, timed, look, leftMs);
      const source = await withCaptions(paged, absolute, marks);
      return joined === undefined ? source : { ...source, pieces: joined.pieces };
    },
  };
}

/** A moment later than any film's: seeking there lands on the last group of pictures. */
const pastTheEndSeconds = 9_999_999;

async function describe(
  run: RunOnFile,
  sizeBytes: number,
  leftMs: () => number,
): Promise<Description> {
  const atEnd = { describe: true, packetsFrom: pastTheEndSeconds, timeoutMs: leftMs() * 0.6 };
  const first = await run(atEnd);
  // A demuxer that cannot seek reads the whole file or gives up: then its header has to do.
  const seekFailed = !first.complete || cannotSeek(first.result.stderrTail);
  const report = seekFailed ? await run({ describe: true, timeoutMs: leftMs() }) : first;
  const output = parseReport(report);
  refuseExcess(output, report.result.stderrTail, sizeBytes);
  const ends = await lastPackets(run, output, report.tails, sizeBytes, leftMs);
  const tails = await lookBehindPictures(output, ends, async (packetsFrom) => {
    return (await run({ describe: false, packetsFrom, timeoutMs: leftMs() })).tails;
  });
  return { output, tails };
}

async function lastPackets(
  run: RunOnFile,
  output: FfprobeOutput,
  tails: Tails,
  sizeBytes: number,
  leftMs: () => number,
): Promise<Tails> {
  const primary = primaryStream(output, tails);
  if (primary === undefined) return tails;
  const span = measureSpan(primary, output.format, tails.get(primary.index));
  if (span.isMeasured) return tails;
  const found = await searchTails({
    run,
    streamIndex: primary.index,
    startSeconds: span.startTimeSeconds,
    declaredEndSeconds: span.declaredEndSeconds,
    presentShare: presentShare(output, sizeBytes),
    leftMs,
  });
  return found ?? tails;
}

/** MP4 knows the bytes of every track from its index; others leave the bit rate of some open. */
function presentShare({ streams, format }: FfprobeOutput, sizeBytes: number): number | undefined {
  if (!format.format_name.startsWith("mov,")) return undefined;
  const bytes = streams.map((stream) => ((stream.bit_rate ?? 0) * (stream.duration ?? 0)) / 8);
  const promised = bytes.reduce((sum, part) => sum + part, 0);
  return promised > 0 ? sizeBytes / promised : undefined;
}

function cannotSeek(stderr: string): boolean {
  return /Could not (?:seek to position|read packets in interval)/.test(stderr);
}
