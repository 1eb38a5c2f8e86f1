import type { LiveRun } from "./live-run.ts";

/** A run this close behind a segment will reach it sooner than a new run could begin. */
export const reachSegments = 1;

/** The runs of one rendition by the segment that each works on. Every look costs the same. */
export class RunIndex {
  readonly #byNext = new Map<number, LiveRun>();

  /** The run that works on segment n, or has yet to begin there. */
  at(n: number): LiveRun | undefined {
    const run = this.#byNext.get(n);
    return run?.isEnding ? undefined : run;
  }

  /** The run that will make segment n soon: one that is under way rather than one that has yet to begin. */
  for(n: number): LiveRun | undefined {
    let found: LiveRun | undefined;
    for (let next = n; next >= n - reachSegments; next--) {
      const run = this.at(next);
      if (run === undefined || run.to < n) continue;
      if (run.isLaunched) return run;
      found ??= run;
    }
    return found;
  }

  /** The run works on its `next` from now on. */
  place(run: LiveRun): void {
    this.#byNext.set(run.next, run);
  }

  /** It works on segment n no more. */
  leave(run: LiveRun, n: number): void {
    if (this.#byNext.get(n) === run) this.#byNext.delete(n);
  }
}
