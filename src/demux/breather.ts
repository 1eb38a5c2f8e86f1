import { setImmediate } from "node:timers/promises";

/** So long may other work wait for a table of a day-long film. */
const longestBlockMs = 8;
const turnsBetweenLooks = 512;

/**
 * Lets the event loop go on while something long is computed. Call `turn` once a step and await what it gives,
 * if it gives anything. Throws the signal's reason once that is aborted.
 */
export class Breather {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();
  #turns = 0;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  turn(): Promise<void> | undefined {
    this.#turns += 1;
    if (this.#turns < turnsBetweenLooks) return undefined;
    this.#turns = 0;
    const isLong = performance.now() - this.#since >= longestBlockMs;
    return isLong || this.#signal?.aborted ? this.#breathe() : undefined;
  }

  /** To be awaited after a step that is long by itself: thousands of the usual ones. */
  async step(): Promise<void> {
    const isLong = performance.now() - this.#since >= longestBlockMs;
    if (isLong || this.#signal?.aborted) await this.#breathe();
  }

  async #breathe(): Promise<void> {
    this.#signal?.throwIfAborted();
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}
