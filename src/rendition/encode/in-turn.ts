import type { ActiveRun, RunEnd } from "../segment-run.ts";

/** A run that is several, one after the other, each begun when the one before it did all that it was to. */
export function startInTurn(starts: readonly [() => ActiveRun, ...(() => ActiveRun)[]]): ActiveRun {
  const [first, ...others] = starts;
  const state = { run: first(), isSuspended: false, isKilled: false };
  const goOn = async (): Promise<RunEnd> => {
    let end = await state.run.ended;
    for (const start of others) {
      if (state.isKilled || end.cancelled || end.failure !== null) return end;
      state.run = start();
      if (state.isSuspended) state.run.suspend();
      end = await state.run.ended;
    }
    return end;
  };
  return {
    get commandLine() {
      return state.run.commandLine;
    },
    suspend: () => {
      state.isSuspended = true;
      state.run.suspend();
    },
    resume: () => {
      state.isSuspended = false;
      state.run.resume();
    },
    kill: () => {
      state.isKilled = true;
      state.run.kill();
    },
    ended: goOn(),
  };
}
