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
  isKilled = false;
  isOver = false;
  /** Whether it ends by itself after its last segment. */
  finishes = true;
  /** The segment it makes next. */
  next: number;
  readonly #rendition: string;
  readonly #onFile: (file: FinishedFile) => void;
  readonly #end: (end: RunEnd) => void;

  constructor(
    range: { readonly from: number; readonly to: number; readonly attempt: number },
    onFile: (file: FinishedFile) => void,
    rendition = "v240",
  ) {
    this.#rendition = rendition;
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

  kill(): void {
    this.isKilled = true;
    this.isOver = true;
    this.#end(runEnd({ ...endedWell, ok: false, cancelled: true }, false));
  }

  /** Finishes the next segments, and ends when it was the last. */
  make(count = 1): void {
    for (let i = 0; i < count; i++) {
      const n = this.next++;
      this.#onFile({ rendition: this.#rendition, n, path: `/nowhere/${n}.mp4` });
    }
    if (this.finishes && this.next > this.to) this.end();
  }

  end(change: Partial<ProcessResult> = {}, stalled = false): void {
    this.isOver = true;
    this.#end(runEnd({ ...endedWell, ...change }, stalled));
  }
}
