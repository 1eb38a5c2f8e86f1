/**
 * A value for each of a track's packets, kept once for each run of equal ones: `values[i]` holds from packet
 * `starts[i]` on. Asked in ascending order it answers in constant time, else it searches.
 */
export class Runs {
  readonly #starts: number[] = [];
  readonly #values: number[] = [];
  #last = 0;

  /** From packet `start` on, which is behind all that were told before, the value is this one. */
  add(start: number, value: number): void {
    if (this.#values.at(-1) === value) return;
    this.append(start, value);
  }

  /** The same, and a run of its own even if the value has not changed. */
  append(start: number, value: number): void {
    this.#starts.push(start);
    this.#values.push(value);
  }

  get count(): number {
    return this.#starts.length;
  }

  start(run: number): number {
    return this.#starts[run] ?? 0;
  }

  value(run: number): number {
    return this.#values[run] ?? 0;
  }

  /** The run that a packet is in; the first for a packet before all. */
  runOf(packet: number): number {
    const starts = this.#starts;
    const holds = (run: number): boolean =>
      (starts[run] ?? Infinity) <= packet && packet < (starts[run + 1] ?? Infinity);
    if (holds(this.#last)) return this.#last;
    if (holds(this.#last + 1)) return (this.#last += 1);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= packet) low = middle;
      else high = middle - 1;
    }
    this.#last = Math.max(0, low);
    return this.#last;
  }
}
