/** What is asked for again and again, made once; kept by size. */
export interface SizedMemory<T> {
  /** However many ask at once, it is made once; what failed is made again for who asks next. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

interface Entry<T> {
  readonly value: Promise<T>;
  size: number;
}

/** Keeps `most` of it, in what `sizeOf` counts; what was not asked for longest goes first, and never the last one. */
export function createSizedMemory<T>(most: number, sizeOf: (value: T) => number): SizedMemory<T> {
  const known = new Map<string, Entry<T>>();
  const shrink = (): void => {
    let sum = [...known.values()].reduce((total, { size }) => total + size, 0);
    for (const [key, { size }] of known) {
      if (sum <= most || known.size === 1) return;
      known.delete(key);
      sum -= size;
    }
  };
  return {
    get: (key, make) => {
      const kept = known.get(key);
      const entry = kept ?? { value: make(), size: 0 };
      // A Map keeps the order of insertion.
      known.delete(key);
      known.set(key, entry);
      if (kept === undefined) {
        entry.value.then(
          (value) => {
            entry.size = sizeOf(value);
            shrink();
          },
          () => known.get(key) === entry && known.delete(key),
        );
      }
      return entry.value;
    },
  };
}
