import type { Cuts } from "./demuxer.ts";

/** Says of points, told in ascending order of time, which are wanted. */
export class CutChoice {
  readonly #spacingTicks: number | null;
  readonly #wanted: readonly number[];
  #next = 0;
  #last = -Infinity;

  constructor(cuts: Cuts, timescale: number) {
    const isSpaced = "spacingSeconds" in cuts;
    this.#spacingTicks = isSpaced ? cuts.spacingSeconds * timescale : null;
    this.#wanted = isSpaced ? [] : cuts.atOrAfterTicks;
  }

  /** Whether every wanted point has been found. */
  get isDone(): boolean {
    return this.#spacingTicks === null && this.#next >= this.#wanted.length;
  }

  /** No point before this time will be taken. */
  get nextTicks(): number {
    if (this.#spacingTicks !== null) return this.#last + this.#spacingTicks;
    return this.#wanted[this.#next] ?? Infinity;
  }

  /** Times that one point answers at once give that point once. */
  takes(ptsTicks: number): boolean {
    if (this.#spacingTicks !== null) {
      if (ptsTicks - this.#last < this.#spacingTicks) return false;
      this.#last = ptsTicks;
      return true;
    }
    const before = this.#next;
    while (this.#next < this.#wanted.length && (this.#wanted[this.#next] ?? 0) <= ptsTicks) {
      this.#next += 1;
    }
    return this.#next > before;
  }
}
