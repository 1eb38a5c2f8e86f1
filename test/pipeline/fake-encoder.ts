import type { ActiveRun, FinishedFile, RunEnd } from "../../src/rendition/segment-run.ts";
import { runEnd } from "../../src/rendition/encode/run-end.ts";
import type { ProcessResult } from "../../src/process/process-result.ts";

const endedWell: ProcessResult = {
  ok: true,
  exitCode: 0,
  signal: null,
  notStarted: false,
  timedOut: false,
  cancelled: false,
  overflowed: false,
  memoryLimitBytes: null,
  stdout: "",
  stderrTail: "",
  durationMs: 1,
  cpuSeconds: 0,
  commandLine: "ffmpeg",
};

/** An encoder that makes a segment when the test says so. */
export class FakeEncoder implements ActiveRun {
  readonly commandLine = "ffmpeg";
  readonly ended: Promise<RunEnd>;
  readonly from: number;
  readonly to: number;
  readonly attempt: number;
  isSuspended = false;
  isHurried = false;
  isKilled = false;
  isOver = false;
  /** Whether it ends by itself after its last segment. */
  finishes = true;
  /** The segment it makes next. */
  next: number;
  readonly #renditions: readonly string[];
  readonly #onFile: (file: FinishedFile) => void;
  readonly #end: (end: RunEnd) => void;

  constructor(
    range: { readonly from: number; readonly to: number; readonly attempt: number },
    onFile: (file: FinishedFile) => void,
    renditions: readonly string[] = ["v240"],
  ) {
    this.#renditions = renditions;
    this.from = range.from;
    this.to = range.to;
    this.attempt = range.attempt;
    this.next = range.from;
    this.#onFile = onFile;
    const { promise, resolve } = Promise.withResolvers<RunEnd>();
    this.ended = promise;
    this.#end = resolve;
  }

  suspend(): void {
    this.isSuspended = true;
  }

  resume(): void {
    this.isSuspended = false;
  }

  hurry(): void {
    this.isHurried = true;
  }

  kill(): void {
    this.isKilled = true;
    this.isOver = true;
    this.#end(runEnd({ ...endedWell, ok: false, cancelled: true }, false));
  }

  /** Finishes the next segments of each rendition, and ends when it was the last. */
  make(count = 1): void {
    for (let i = 0; i < count; i++) {
      const n = this.next++;
      for (const rendition of this.#renditions) {
        this.#onFile({ rendition, n, path: `/nowhere/${rendition}-${n}.mp4` });
      }
    }
    if (this.finishes && this.next > this.to) this.end();
  }

  end(change: Partial<ProcessResult> = {}, stalled = false): void {
    this.isOver = true;
    this.#end(runEnd({ ...endedWell, ...change }, stalled));
  }
}
