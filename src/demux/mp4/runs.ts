import { PagedNumbers } from "./paged-numbers.ts";

/** Runs that follow each other, to be gone over without a call for each. */
export interface NeighbouringRuns {
  readonly starts: Float64Array;
  readonly values: Float64Array;
  /** The packet that the run behind the last of them starts with; Infinity where there is none. */
  readonly end: number;
}

/**
 * A value for each of a track's packets, kept once for each run of equal ones: a run's value holds from the packet
 * it starts with up to the next run's. Asked in ascending order it answers in constant time, else it searches.
 */
export class Runs {
  readonly #starts = new PagedNumbers();
  readonly #values = new PagedNumbers();
  #last = 0;

  /** From packet `start` on, which is behind all that were told before, the value is this one. */
  add(start: number, value: number): void {
    if (this.count > 0 && this.#values.at(this.count - 1) === value) return;
    this.append(start, value);
  }

  /** The same, and a run of its own even if the value has not changed. */
  append(start: number, value: number): void {
    this.#starts.push(start);
    this.#values.push(value);
  }

  /** The first `count` of these runs, each one of its own. */
  appendAll(starts: Float64Array, values: Float64Array, count: number): void {
    this.#starts.pushAll(starts, count);
    this.#values.pushAll(values, count);
  }

  /** As many runs from one on as lie together in memory; at least that one where it is there. */
  together(run: number): NeighbouringRuns {
    const starts = this.#starts.together(run);
    return { starts, values: this.#values.together(run), end: this.end(run + starts.length - 1) };
  }

  get count(): number {
    return this.#starts.length;
  }

  start(run: number): number {
    return this.#starts.at(run);
  }

  /** The packet that the next run starts with; Infinity for the last. */
  end(run: number): number {
    return run + 1 < this.count ? this.#starts.at(run + 1) : Infinity;
  }

  value(run: number): number {
    return this.#values.at(run);
  }

  /** The run that a packet is in; the first for a packet before all. */
  runOf(packet: number): number {
    if (this.#holds(this.#last, packet)) return this.#last;
    if (this.#holds(this.#last + 1, packet)) return (this.#last += 1);
    let [low, high] = [0, this.count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts.at(middle) <= packet) low = middle;
      else high = middle - 1;
    }
    this.#last = Math.max(0, low);
    return this.#last;
  }

  #holds(run: number, packet: number): boolean {
    if (run >= this.count || this.#starts.at(run) > packet) return false;
    return run + 1 === this.count || packet < this.#starts.at(run + 1);
  }
}
