/** Moments of `performance.now()` as milliseconds since 1970, all by one offset, so that spans stay in order. */
export type WallClock = (nowMs: number) => number;

/** Only after the machine slept, or its time was set, are the two clocks that far apart. */
const mostDriftMs = 1_000;

export function createWallClock(): WallClock {
  const read = (): number => Date.now() - performance.now();
  let offset = performance.timeOrigin;
  return (nowMs) => {
    if (Math.abs(read() - offset) > mostDriftMs) offset = read();
    return nowMs + offset;
  };
}
