import * as v from "valibot";
import { ViewraError } from "../errors/viewra-error.ts";
import { inputLimitArgs, openOnlyArgs } from "../media/ffmpeg-limits.ts";
import type { ClaimedChapter } from "../media/chapters.ts";
import type { SourceInput } from "../media/source-pieces.ts";
import { failureError, type ProcessResult } from "../process/process-result.ts";
import type { ProcessRunner } from "../process/process-runner.ts";
import { chapterEntries, ChapterLines } from "./chapter-lines.ts";
import {
  outputEntries,
  outputSchema,
  packetEntries,
  packetSchema,
  type FfprobeOutput,
} from "./ffprobe-output.ts";
import { hdrSideDataEntries } from "./hdr-side-data.ts";
import { createTailRecorder, type Tails } from "./packet-tail.ts";
import { refusalOf } from "./refusal.ts";

const lightEntries = `frame_side_data=${Object.keys(hdrSideDataEntries).join(",")}`;

export interface FfprobeRequest {
  readonly input: SourceInput;
  /** Whether to print the file's format and streams. */
  readonly describe: boolean;
  /**
   * Seek there (seconds on the file's clock; null: read from the beginning without a seek) and read
   * packets to the end. Left out: no packets.
   */
  readonly packetsFrom?: number | null;
  /** Read packets of these stretches instead of everything; from null: from the beginning without a seek. */
  readonly intervals?: readonly { readonly from: number | null; readonly seconds: number }[];
  /** Decode so many packets at the file's beginning and print when their pictures are shown, and their light. */
  readonly firstPicture?: { readonly streamIndex: number; readonly packets: number };
  /** Whether to print what stands in streams' headers before their first packets. */
  readonly streamData?: boolean;
  /** Decoders that ffprobe may open for streams that are not decoded; see openOnlyArgs. */
  readonly openOnly?: ReadonlySet<string> | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FfprobeReport {
  readonly result: ProcessResult;
  /** False when it was ended before it had read the file's last packet, by time or by their number. */
  readonly complete: boolean;
  readonly tails: Tails;
  readonly chapters: readonly ClaimedChapter[];
  /** Everything printed but the packets and chapters. */
  readonly text: string;
}

/** As many packets as twenty minutes of picture and sound, far more than a group of pictures. */
const mostPackets = 100_000;
const mostTextBytes = 2 * 1024 * 1024;

/** Runs ffprobe once. Its packets are read as they come, so that a long tail costs no memory. */
export async function runFfprobe(
  runner: ProcessRunner,
  ffprobePath: string,
  request: FfprobeRequest,
): Promise<FfprobeReport> {
  const recorder = createTailRecorder();
  const lines: string[] = [];
  const chapterLines = new ChapterLines();
  let textBytes = 0;
  let inPackets = false;
  let flooded = false;
  let nonsense: unknown;
  const child = runner.start({
    command: ffprobePath,
    kind: "probe",
    niceness: 5,
    args: ffprobeArgs(request),
    timeoutMs: request.timeoutMs,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    onLine: (line) => {
      if (flooded || nonsense !== undefined) return;
      try {
        if (line === packetsEnd) inPackets = false;
        if (packetLine.test(line)) recorder.add(parsePacket(line));
        else if (inPackets && paddingLine.test(line)) recorder.addPadding(parsePadding(line));
        else if (chapterLines.takes(line)) return;
        else if (!inPackets && (textBytes += line.length + 1) <= mostTextBytes) lines.push(line);
        if (line === packetsBegin) inPackets = true;
      } catch (thrown) {
        nonsense = thrown;
      }
      flooded = recorder.packets > mostPackets || textBytes > mostTextBytes;
      if (flooded || nonsense !== undefined) child.kill();
    },
  });
  const result = await child.result;
  if (request.signal?.aborted) throw failureError(result, "CANCELLED");
  if (nonsense !== undefined) throw nonsenseError(nonsense);
  if (textBytes > mostTextBytes) throw nonsenseError(`more than ${mostTextBytes} bytes`);
  const complete = !flooded && !result.timedOut;
  const { chapters } = chapterLines;
  return { result, complete, tails: recorder.tails(), text: lines.join("\n"), chapters };
}

/** What ffprobe said of the file; throws for a run that failed or printed what is no description. */
export function parseReport(report: FfprobeReport): FfprobeOutput {
  const { result } = report;
  if (!result.ok || result.memoryLimitBytes !== null) {
    const ranToItsEnd = result.exitCode !== null && !result.notStarted && !result.timedOut;
    throw (
      (ranToItsEnd ? refusalOf(result.stderrTail) : undefined) ??
      failureError(result, "PROBE_FAILED")
    );
  }
  try {
    return { ...v.parse(outputSchema, JSON.parse(report.text)), chapters: report.chapters };
  } catch (thrown) {
    throw nonsenseError(thrown);
  }
}

// The shape of ffprobe's `json=compact=1`: a packet is one line, but for its side data on the lines after it.
const packetsBegin = '    "packets": [';
const packetsEnd = "    ],";
const packetLine = /^ {8}\{ "stream_index": /;

/** Of the side data of the packet before it. */
const paddingLine = /^ +\{ "discard_padding": (\d{1,9}) \}/;

function parsePadding(line: string): number {
  return Number(paddingLine.exec(line)?.[1] ?? 0);
}

function parsePacket(line: string): v.InferOutput<typeof packetSchema> {
  return v.parse(packetSchema, JSON.parse(line.replace(/(?: \})?,?$/, " }")));
}

function ffprobeArgs(request: FfprobeRequest): string[] {
  const { packetsFrom, intervals, firstPicture } = request;
  const stretches =
    intervals?.map(({ from, seconds }) => `${from?.toFixed(3) ?? ""}%+${seconds}`) ??
    (packetsFrom === undefined ? [] : [`${packetsFrom ?? ""}%`]);
  if (firstPicture !== undefined) stretches.push(`%+#${firstPicture.packets}`);
  const entries = [
    ...(request.describe ? [outputEntries, chapterEntries] : []),
    ...(packetsFrom === undefined ? [] : [packetEntries]),
    ...(firstPicture === undefined ? [] : ["frame=best_effort_timestamp_time", lightEntries]),
    ...(request.streamData ? ["stream=index,extradata"] : []),
  ];
  return [
    ...["-v", "error", "-hide_banner"],
    ...inputLimitArgs,
    ...openOnlyArgs([...(request.openOnly ?? [])]),
    // What is not selected is not decoded: `openOnly` stays true.
    ...(firstPicture === undefined ? [] : ["-select_streams", String(firstPicture.streamIndex)]),
    ...["-show_entries", entries.join(":")],
    ...(request.streamData ? ["-show_data"] : []),
    ...(stretches.length === 0 ? [] : ["-read_intervals", stretches.join(",")]),
    ...["-of", "json=compact=1", ...request.input.options, request.input.url],
  ];
}

function nonsenseError(cause: unknown): ViewraError {
  const what = v.isValiError(cause)
    ? cause.issues.map((issue) => `${v.getDotPath(issue) ?? "output"}: ${issue.message}`).join("; ")
    : cause instanceof Error
      ? cause.message
      : String(cause);
  const message = `ffprobe printed what is no description of a media file: ${what.slice(0, 500)}`;
  return new ViewraError("PROBE_FAILED", message, { cause });
}
