import { isWithin, type SeenFile } from "./walk.ts";

export interface SettlingFiles {
  /** Begins a look at some paths. */
  beginPass(): void;
  /** True when the file has kept size and time for long enough; else it is remembered. */
  isSettled(file: SeenFile): boolean;
  /** Ends the look; answers with the paths that must be looked at again. */
  endPass(starts: readonly string[]): string[];
}

/**
 * Tells files that are still being copied from whole ones: by two looks some time apart, on our own
 * clock, as a network share's may be off.
 */
export function createSettlingFiles(
  settleMs: number,
  now: () => number = () => performance.now(),
): SettlingFiles {
  interface Look {
    readonly sizeBytes: number;
    readonly mtimeMs: number;
    readonly since: number;
  }
  const looks = new Map<string, Look>();
  let waiting = new Set<string>();
  return {
    beginPass: () => {
      waiting = new Set();
    },
    isSettled: ({ path, sizeBytes, mtimeMs }) => {
      const before = looks.get(path);
      const isSame = before?.sizeBytes === sizeBytes && before.mtimeMs === mtimeMs;
      if (isSame && now() - before.since >= settleMs) return true;
      if (!isSame) looks.set(path, { sizeBytes, mtimeMs, since: now() });
      waiting.add(path);
      return false;
    },
    endPass: (starts) => {
      for (const path of looks.keys()) {
        const wasLookedAt = starts.some((start) => isWithin(path, start));
        if (wasLookedAt && !waiting.has(path)) looks.delete(path);
      }
      return [...looks.keys()];
    },
  };
}
