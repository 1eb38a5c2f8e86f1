import type { Answer } from "./addressed-client.ts";

/** One track of a film as a viewer fetches it, segment after segment. */
export interface Lane {
  /** Film seconds of each of its segments but the last. */
  readonly segmentSeconds: number;
  /** Loads the k-th segment from the viewer's place on; counts from 0. */
  load(k: number): Promise<Answer>;
}

export interface Watched {
  /** From the start to the first pictures with their sound; all the time where none came. */
  readonly startMs: number;
  /** In which nothing moved from then on. */
  readonly stalledMs: number;
  /** Requests that were not answered with 200. */
  readonly refused: number;
}

/** A player fetches ahead so much and no more, film seconds. */
const bufferSeconds = 30;
/** How long a player waits before it asks again for what was not there. */
const retryMs = 500;

/**
 * Watches for so long at the film's own pace, as a player does: all lanes at once, each one segment after the other, a
 * buffer ahead. Nothing is decoded.
 */
export async function watchSteadily(lanes: readonly Lane[], forMs: number): Promise<Watched> {
  const began = performance.now();
  const fetched = lanes.map(() => 0);
  let [position, since, startMs, stalledMs, refused] = [0, began, 0, 0, 0];
  /** What has been shown and what stood still, up to now. */
  const advance = (): void => {
    const now = performance.now();
    const passed = (now - since) / 1000;
    since = now;
    const moved = Math.min(passed, Math.min(...fetched) - position);
    position += moved;
    if (startMs > 0) stalledMs += (passed - moved) * 1000;
  };
  const follow = async (lane: Lane, i: number): Promise<void> => {
    for (let k = 0; performance.now() - began < forMs;) {
      advance();
      const tooMuch = (fetched[i] ?? 0) + lane.segmentSeconds - bufferSeconds - position;
      if (tooMuch > 0) {
        await Bun.sleep(Math.min(tooMuch * 1000 + 1, forMs));
        continue;
      }
      const { status } = await lane.load(k);
      advance();
      if (status !== 200) {
        refused++;
        await Bun.sleep(retryMs);
        continue;
      }
      k++;
      fetched[i] = (fetched[i] ?? 0) + lane.segmentSeconds;
      if (startMs === 0 && fetched.every((seconds) => seconds > 0))
        startMs = performance.now() - began;
    }
  };
  await Promise.all(lanes.map(follow));
  advance();
  return { startMs: startMs || performance.now() - began, stalledMs, refused };
}
