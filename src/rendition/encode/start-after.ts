import { toViewraError } from "../../errors/viewra-error.ts";
import type { ActiveRun, RunEnd } from "../segment-run.ts";

/** A run that begins once something else is there; `what` is that, for the log. */
export function startAfter<T>(
  what: string,
  work: Promise<T>,
  start: (done: T) => ActiveRun,
): ActiveRun {
  const state: Record<"isSuspended" | "isHurried" | "isKilled", boolean> & {
    run: ActiveRun | null;
  } = { run: null, isSuspended: false, isHurried: false, isKilled: false };
  const killed = Promise.withResolvers<RunEnd>();
  const begin = async (): Promise<RunEnd> => {
    try {
      const done = await work;
      if (state.isKilled) return stopped;
      state.run = start(done);
    } catch (thrown) {
      return { ...stopped, failure: toViewraError(thrown), cancelled: false };
    }
    if (state.isHurried) state.run.hurry?.();
    if (state.isSuspended) state.run.suspend();
    return await state.run.ended;
  };
  return {
    get commandLine() {
      return state.run?.commandLine ?? what;
    },
    suspend: () => {
      state.isSuspended = true;
      state.run?.suspend();
    },
    resume: () => {
      state.isSuspended = false;
      state.run?.resume();
    },
    hurry: () => {
      state.isHurried = true;
      state.run?.hurry?.();
    },
    kill: () => {
      state.isKilled = true;
      // What is prepared may serve another run: only the waiting ends.
      if (state.run === null) killed.resolve(stopped);
      else state.run.kill();
    },
    ended: Promise.race([begin(), killed.promise]),
  };
}

const stopped: RunEnd = { failure: null, said: "", cancelled: true, facts: {} };
