import { setImmediate } from "node:timers/promises";

/** Time that passes when all that was to happen has happened. */
export interface VirtualClock {
  /** Milliseconds. */
  readonly now: number;
  /** Calls back once so many milliseconds from now; the answer takes it back. */
  after(milliseconds: number, call: () => void): () => void;
  /** Lets time pass up to a moment, milliseconds. `onTick` hears of every moment at which something happened. */
  runUntil(end: number, onTick?: () => void): Promise<void>;
}

/** What happens within it happens at once: the code under simulation then decides a hundred times a second at most. */
export const tickMs = 10;

/** Turns of the event loop after which the code under simulation has decided all that it will. */
const turns = 3;

export function createVirtualClock(): VirtualClock {
  const due = new Map<number, Set<() => void>>();
  let tick = 0;
  let left = 0;
  return {
    get now() {
      return tick * tickMs;
    },
    after: (milliseconds, call) => {
      const at = tick + Math.max(1, Math.ceil(milliseconds / tickMs));
      // Each call is another entry, also of the same function.
      const entry = (): void => call();
      const calls = due.get(at) ?? new Set();
      due.set(at, calls.add(entry));
      left++;
      return () => {
        if (calls.delete(entry)) left--;
      };
    },
    runUntil: async (end, onTick) => {
      for (; left > 0 && tick * tickMs < end; tick++) {
        const calls = due.get(tick);
        if (calls === undefined) continue;
        due.delete(tick);
        for (const call of calls) {
          if (!calls.delete(call)) continue;
          left--;
          call();
        }
        for (let turn = 0; turn < turns; turn++) await setImmediate();
        onTick?.();
      }
    },
  };
}
