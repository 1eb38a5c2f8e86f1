import { ViewraError } from "../errors/viewra-error.ts";

/** Does the work when its turn comes. Rejects with CANCELLED when the signal fires before. */
export type Turns = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** Lets so many work at once, the others in the order they came; those who leave cost nothing. */
export function createTurns(atOnce: number): Turns {
  const queue = new Set<() => void>();
  let running = 0;

  const turn = (signal: AbortSignal): Promise<void> | undefined => {
    if (signal.aborted) throw new ViewraError("CANCELLED");
    if (running < atOnce) {
      running++;
      return undefined;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      queue.delete(enter);
      reject(new ViewraError("CANCELLED"));
    };
    const enter = (): void => {
      queue.delete(enter);
      signal.removeEventListener("abort", leave);
      resolve();
    };
    queue.add(enter);
    signal.addEventListener("abort", leave, { once: true });
    return promise;
  };

  return async (signal, work) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line.
      const [next] = queue;
      if (next) next();
      else running--;
    }
  };
}
