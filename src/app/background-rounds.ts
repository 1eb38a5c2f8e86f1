import { setTimeout as delay } from "node:timers/promises";

/** Work that is done in rounds in the background, one after the other. */
export interface BackgroundRounds {
  /** Fires when the server stops. */
  readonly signal: AbortSignal;
  /** Rejects when the server stops. */
  rest(ms: number): Promise<unknown>;
  /** There may be something to do: a round begins, or another one behind that which is under way. */
  wake(): void;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** `onFailure`: of a round that failed by itself; the next `wake` begins another. */
export function createRounds(
  goRound: () => Promise<void>,
  onFailure: (error: unknown) => void,
): BackgroundRounds {
  const stopping = new AbortController();
  const { signal } = stopping;
  let round: Promise<void> | null = null;
  let isAskedAgain = false;
  const wake = (): void => {
    isAskedAgain = true;
    if (round !== null || signal.aborted) return;
    isAskedAgain = false;
    round = goRound()
      .catch((error: unknown) => {
        if (!signal.aborted) onFailure(error);
      })
      .finally(() => {
        round = null;
        if (isAskedAgain) wake();
      });
  };
  return {
    signal,
    rest: (ms) => delay(ms, undefined, { signal, ref: false }),
    wake,
    close: async () => {
      stopping.abort();
      await round;
    },
  };
}
