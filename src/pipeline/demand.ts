/** Somebody who waits for a segment. */
interface Waiter {
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Somebody who was at a segment a moment ago and will want the next ones. */
interface Interest {
  n: number;
  at: number;
}

export interface DemandOptions {
  /** How many segments after the last one asked for are made ahead. */
  readonly lookAheadSegments: number;
  /** How long an interest lasts after it was last heard of, milliseconds. */
  readonly interestMs: number;
  readonly now: () => number;
}

const knownForMs = 1000;

/** Who wants which segments of one rendition: those who wait, and those who will come. */
export class Demand {
  readonly #waiters = new Map<number, Set<Waiter>>();
  #interests: Interest[] = [];
  readonly #options: DemandOptions;

  constructor(options: DemandOptions) {
    this.#options = options;
  }

  /** Waits until `settle` or `fail` is called for segment n. Aborting the signal rejects with its reason. */
  wait(n: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(n) ?? new Set();
      this.#waiters.set(n, waiters);
      const leave = (): void => {
        waiters.delete(waiter);
        if (waiters.size === 0 && this.#waiters.get(n) === waiters) this.#waiters.delete(n);
        signal.removeEventListener("abort", abandon);
      };
      const waiter: Waiter = {
        since: this.#options.now(),
        resolve: () => {
          leave();
          resolve();
        },
        reject: (reason) => {
          leave();
          // oxlint-disable-next-line prefer-promise-reject-errors -- the reason is the error itself
          reject(reason);
        },
      };
      const abandon = (): void => waiter.reject(signal.reason);
      waiters.add(waiter);
      signal.addEventListener("abort", abandon, { once: true });
      if (signal.aborted) abandon();
    });
  }

  settle(n: number): void {
    for (const waiter of [...(this.#waiters.get(n) ?? [])]) waiter.resolve();
  }

  fail(n: number, reason: unknown): void {
    for (const waiter of [...(this.#waiters.get(n) ?? [])]) waiter.reject(reason);
  }

  failAll(reason: unknown): void {
    for (const n of this.waitedFor()) this.fail(n, reason);
  }

  /** Segments that somebody waits for, in the order they were first asked for. */
  waitedFor(): number[] {
    return [...this.#waiters.keys()];
  }

  get waiting(): number {
    let sum = 0;
    for (const waiters of this.#waiters.values()) sum += waiters.size;
    return sum;
  }

  /** Since when the longest waiter of segment n waits; undefined when nobody does. */
  waitingSince(n: number): number | undefined {
    const waiters = this.#waiters.get(n);
    if (waiters === undefined) return undefined;
    return Math.min(...[...waiters].map((waiter) => waiter.since));
  }

  /**
   * A viewer is at segment n. The same viewer's earlier interest is moved, not doubled. False when that
   * was known a moment ago and changes nothing: a popular segment is served thousands of times a second.
   */
  touch(n: number): boolean {
    const at = this.#options.now();
    const own = this.#interests.find(
      (interest) => n >= interest.n && n <= interest.n + this.#options.lookAheadSegments + 1,
    );
    if (own) {
      if (own.n === n && at - own.at < knownForMs) return false;
      own.n = n;
      own.at = at;
    } else {
      this.#interests.push({ n, at });
    }
    return true;
  }

  forgetInterests(): void {
    this.#interests = [];
  }

  /** Drops interests nobody has renewed in time. */
  expire(): void {
    const oldest = this.#options.now() - this.#options.interestMs;
    if (this.#interests.some((interest) => interest.at < oldest)) {
      this.#interests = this.#interests.filter((interest) => interest.at >= oldest);
    }
  }

  /** When somebody was last seen here, milliseconds; undefined when nobody is. */
  lastTouched(): number | undefined {
    if (this.#interests.length === 0) return undefined;
    return Math.max(...this.#interests.map((interest) => interest.at));
  }

  /** The windows `[from, to]` of segments wanted soon, the latest viewer's first. */
  windows(): { readonly from: number; readonly to: number; readonly at: number }[] {
    return this.#interests
      .map(({ n, at }) => ({ from: n, to: n + this.#options.lookAheadSegments, at }))
      .toSorted((a, b) => b.at - a.at);
  }
}
