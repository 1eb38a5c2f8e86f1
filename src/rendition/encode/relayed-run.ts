import { toViewraError } from "../../errors/viewra-error.ts";
import type { ActiveRun, RunEnd } from "../segment-run.ts";

/** What was said to a run that is others, one after the other: it holds for those that have yet to begin. */
class Relay {
  #run: ActiveRun | null = null;
  #isSuspended = false;
  #isHurried = false;
  isKilled = false;

  /** The one that works from now on. */
  take(run: ActiveRun): ActiveRun {
    this.#run = run;
    if (this.#isHurried) run.hurry?.();
    if (this.#isSuspended) run.suspend();
    return run;
  }

  /** `what` stands for the command line, and `onKill` is called in place of a kill, while none works. */
  asRun(ended: Promise<RunEnd>, what = "", onKill?: () => void): ActiveRun {
    const current = (): ActiveRun | null => this.#run;
    return {
      get commandLine() {
        return current()?.commandLine ?? what;
      },
      suspend: () => {
        this.#isSuspended = true;
        this.#run?.suspend();
      },
      resume: () => {
        this.#isSuspended = false;
        this.#run?.resume();
      },
      hurry: () => {
        this.#isHurried = true;
        this.#run?.hurry?.();
      },
      kill: () => {
        this.isKilled = true;
        if (this.#run) this.#run.kill();
        else onKill?.();
      },
      ended,
    };
  }
}

/** A run that begins once something else is there; `what` is that, for the log. */
export function startAfter<T>(
  what: string,
  work: Promise<T>,
  start: (done: T) => ActiveRun,
): ActiveRun {
  const relay = new Relay();
  const killed = Promise.withResolvers<RunEnd>();
  const begin = async (): Promise<RunEnd> => {
    try {
      const done = await work;
      if (relay.isKilled) return stopped;
      return await relay.take(start(done)).ended;
    } catch (thrown) {
      return { ...stopped, failure: toViewraError(thrown), cancelled: false };
    }
  };
  // What is prepared may serve another run: only the waiting ends.
  return relay.asRun(Promise.race([begin(), killed.promise]), what, () => killed.resolve(stopped));
}

/** A run that is several, one after the other, each begun when the one before it did all that it was to. */
export function startInTurn(starts: readonly [() => ActiveRun, ...(() => ActiveRun)[]]): ActiveRun {
  const [first, ...others] = starts;
  const relay = new Relay();
  const goOn = async (begun: ActiveRun): Promise<RunEnd> => {
    let end = await begun.ended;
    for (const start of others) {
      if (relay.isKilled || end.cancelled || end.failure !== null) return end;
      end = await relay.take(start()).ended;
    }
    return end;
  };
  return relay.asRun(goOn(relay.take(first())));
}

const stopped: RunEnd = { failure: null, said: "", cancelled: true, facts: {} };
