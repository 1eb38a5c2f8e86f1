import type { Window } from "./interests.ts";
import type { LiveRun } from "./live-run.ts";

/** A run that is ahead of a viewer, and waits for it to come nearer, is ended after so long. */
const patienceMs = 20_000;
/** A run that no viewer comes to is ended after so long. */
const idleMs = 3_000;

/** Which runs nobody has wanted for too long. */
export class RunPatience {
  readonly #unwantedSince = new WeakMap<LiveRun, number>();

  /** To be told of a run now and then; whether it is to end. */
  isOver(run: LiveRun, isWanted: boolean, windows: readonly Window[], now: number): boolean {
    if (isWanted) {
      this.#unwantedSince.delete(run);
      return false;
    }
    const since = this.#unwantedSince.get(run) ?? now;
    this.#unwantedSince.set(run, since);
    const isAhead = windows.some(({ from, to }) => run.next > to && run.next - to <= to - from);
    return now - since >= (isAhead ? patienceMs : idleMs);
  }
}
