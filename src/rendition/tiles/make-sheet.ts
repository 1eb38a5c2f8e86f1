import type { OwnedProcess, ProcessRunner } from "../../process/process-runner.ts";
import { runEnd } from "../encode/run-end.ts";
import type { RunEnd } from "../segment-run.ts";
import {
  keyFrameArgs,
  parsePictureLine,
  sheetArgs,
  sheetStart,
  type SheetRequest,
} from "./sheet-args.ts";

export interface TilesTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** How long a run may work on one sheet (PIPELINE_ENCODER_TIMEOUT). Time suspended does not count. */
  readonly segmentTimeoutSeconds: number;
}

/** How an FFmpeg that was to make a sheet ended. */
export interface SheetEnd {
  readonly run: RunEnd;
  /** It began reading behind what the first tile shows, or found nothing: another must begin further back. */
  readonly isLate: boolean;
}

/** A sheet in the making. */
export interface SheetInMaking {
  readonly child: Pick<OwnedProcess, "commandLine" | "suspend" | "resume" | "kill">;
  /** Never rejects. */
  readonly ended: Promise<SheetEnd>;
}

const tickMs = 500;

/** Starts making a sheet; what it wrote counts only where it was neither late nor failed. */
export function startSheet(
  { runner, ffmpegPath, segmentTimeoutSeconds }: TilesTools,
  request: SheetRequest,
): SheetInMaking {
  const start = sheetStart(request);
  const isFromBeginning = request.seekSeconds === null;
  const watch = { workedMs: 0, isSuspended: false, isStalled: false, pictures: 0, isLate: false };
  const child = runner.start({
    ...{ command: ffmpegPath, kind: "encode", niceness: 10, args: sheetArgs(request) },
    feeds: [{ command: ffmpegPath, args: keyFrameArgs(request), fifoPath: request.fifoPath }],
    onLine: (line) => {
      const seconds = parsePictureLine(line);
      if (seconds === null || watch.pictures++ > 0) return;
      watch.isLate = seconds > start && !isFromBeginning;
      if (watch.isLate) child.kill();
    },
  });
  const timer = setInterval(() => {
    if (watch.isSuspended) return;
    watch.workedMs += tickMs;
    if (watch.workedMs <= segmentTimeoutSeconds * 1000) return;
    watch.isStalled = true;
    child.kill();
  }, tickMs);
  return {
    child: {
      commandLine: child.commandLine,
      suspend: () => {
        watch.isSuspended = true;
        child.suspend();
      },
      resume: () => {
        watch.isSuspended = false;
        child.resume();
      },
      kill: () => child.kill(),
    },
    ended: child.result.then((result) => {
      clearInterval(timer);
      const found = watch.pictures > 0;
      return {
        run: runEnd(result, watch.isStalled),
        isLate: watch.isLate || (!found && !isFromBeginning && !result.cancelled),
      };
    }),
  };
}
