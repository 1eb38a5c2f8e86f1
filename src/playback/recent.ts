import type { Clock } from "./ports.ts";

/** Answers that are believed for a while. Failures are never kept. */
export interface Recent<T> {
  /** The remembered answer, else that of `make`; calls at once for one key share it. */
  get(key: string, make: () => Promise<T>): Promise<T>;
  forget(matches: (value: T) => boolean): void;
}

interface Entry<T> {
  readonly promise: Promise<T>;
  value: T | undefined;
  expiresAt: number;
}

/** Remembers up to `limit` answers for `ttlMs` milliseconds after they came. */
export function createRecent<T>(clock: Clock, ttlMs: number, limit: number): Recent<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    get(key, make) {
      const found = entries.get(key);
      if (found !== undefined && clock.now() < found.expiresAt) return found.promise;
      const entry: Entry<T> = { promise: make(), value: undefined, expiresAt: Infinity };
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > limit) dropOldest(entries);
      entry.promise.then(
        (value) => {
          entry.value = value;
          entry.expiresAt = clock.now() + ttlMs;
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      return entry.promise;
    },
    forget(matches) {
      for (const [key, { value }] of entries) {
        if (value !== undefined && matches(value)) entries.delete(key);
      }
    },
  };
}

function dropOldest(entries: Map<string, unknown>): void {
  for (const key of entries.keys()) {
    entries.delete(key);
    return;
  }
}
