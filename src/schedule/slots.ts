/** Runs so much at once and lets the rest wait its turn, first come, first served. */
export interface Slots {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createSlots(count: number): Slots {
  const queue: (() => void)[] = [];
  let free = count;
  return {
    run: async (work) => {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        // A place is handed on, so that nobody who comes now passes those who wait.
        const next = queue.shift();
        if (next) next();
        else free++;
      }
    },
  };
}
