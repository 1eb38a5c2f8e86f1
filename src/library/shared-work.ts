import { ViewraError } from "../errors/viewra-error.ts";

/** Work that is done once for all who want it, for as long as anybody does. */
export interface SharedWork<T> {
  /** What comes of it; rejects with CANCELLED as soon as the signal fires, whatever others wait for. */
  join(signal?: AbortSignal): Promise<T>;
  /** Everybody who joined has gone: it ends, and nobody may join any more. */
  readonly isGivenUp: boolean;
  /** The work itself. */
  readonly done: Promise<T>;
}

/** Begins the work; its signal fires when the last of those who joined has gone. */
export function shareWork<T>(work: (givenUp: AbortSignal) => Promise<T>): SharedWork<T> {
  const abort = new AbortController();
  const done = work(abort.signal);
  // Whoever waits hears of it; when nobody does any more, nobody needs to.
  done.catch(() => undefined);
  let waiting = 0;

  const join = async (signal?: AbortSignal): Promise<T> => {
    waiting++;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(new ViewraError("CANCELLED"));
    if (signal?.aborted) leave();
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([done, gone.promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
      if (--waiting === 0) abort.abort();
    }
  };
  return {
    join,
    done,
    get isGivenUp() {
      return abort.signal.aborted;
    },
  };
}
