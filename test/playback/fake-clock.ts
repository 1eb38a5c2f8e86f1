import type { Clock } from "../../src/playback/ports.ts";

export interface FakeClock extends Clock {
  /** Lets so much time pass, calling back whatever falls due, and everything those start. */
  pass(milliseconds: number): Promise<void>;
  /** Timers that were armed and have not fired: what a closed thing must not leave. */
  readonly armed: number;
}

export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    after(milliseconds, callback) {
      const timer = { at: now + milliseconds, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const next = [...timers].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        now = next.at;
        next.callback();
        await Bun.sleep(0);
      }
      now = end;
      await Bun.sleep(0);
    },
    get armed() {
      return timers.size;
    },
  };
}
