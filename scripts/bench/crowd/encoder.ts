import type { ActiveRun, FinishedFile, RunEnd } from "../../../src/rendition/segment-run.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface EncoderModel {
  /** From its start, or to the first segment, until it encodes, milliseconds. */
  readonly startMs: number;
  /** Film seconds made a second. */
  readonly speed: number;
  readonly segmentSeconds: number;
  /** What it makes segments of. */
  readonly rendition: string;
  /** From the signal until its process is gone, milliseconds. */
  readonly endMs: number;
}

/** An FFmpeg as far as a scheduler can tell: it takes a while to begin, goes at its pace, stands still and goes on. */
export class SimulatedEncoder implements ActiveRun {
  readonly commandLine = "simulated";
  readonly ended: Promise<RunEnd>;
  readonly #model: EncoderModel;
  readonly #clock: VirtualClock;
  readonly #onFile: (file: FinishedFile) => void;
  readonly #last: number;
  readonly #end: (end: RunEnd) => void;
  readonly #onEnd: () => void;
  #n: number;
  /** Work that is left for the next segment, milliseconds. */
  #leftMs: number;
  #workedSince: number | null = null;
  #cancel: (() => void) | null = null;
  #isOver = false;

  constructor(
    range: { readonly from: number; readonly to: number },
    model: EncoderModel,
    clock: VirtualClock,
    onFile: (file: FinishedFile) => void,
    onEnd: () => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<RunEnd>();
    this.ended = promise;
    this.#end = resolve;
    this.#onEnd = onEnd;
    this.#model = model;
    this.#clock = clock;
    this.#onFile = onFile;
    this.#n = range.from;
    this.#last = range.to;
    this.#leftMs = model.startMs + this.#segmentMs;
    this.resume();
  }

  get isWorking(): boolean {
    return this.#workedSince !== null;
  }

  suspend(): void {
    if (this.#workedSince === null) return;
    this.#leftMs -= this.#clock.now - this.#workedSince;
    this.#workedSince = null;
    this.#cancel?.();
  }

  resume(): void {
    if (this.#isOver || this.#workedSince !== null) return;
    this.#workedSince = this.#clock.now;
    this.#cancel = this.#clock.after(this.#leftMs, () => this.#finishSegment());
  }

  kill(): void {
    if (this.#isOver) return;
    this.suspend();
    this.#isOver = true;
    this.#clock.after(this.#model.endMs, () => this.#finish(true));
  }

  get #segmentMs(): number {
    return (this.#model.segmentSeconds / this.#model.speed) * 1000;
  }

  #finishSegment(): void {
    const n = this.#n++;
    // Moments lie on the clock's ticks; what was worked beyond the segment counts for the next.
    this.#leftMs += this.#segmentMs - (this.#clock.now - (this.#workedSince ?? this.#clock.now));
    this.#workedSince = null;
    if (n < this.#last) this.resume();
    this.#onFile({ rendition: this.#model.rendition, n, path: "" });
    if (n === this.#last && !this.#isOver) {
      this.#isOver = true;
      this.#finish(false);
    }
  }

  #finish(cancelled: boolean): void {
    this.#onEnd();
    this.#end({ failure: null, said: "", cancelled, facts: {} });
  }
}
