import type { Plan } from "../../src/rendition/plan.ts";
import { initName, segmentName } from "../../src/media/object-name.ts";
import { firstAudio } from "../../src/playback/first-rendition.ts";
import type { Playback } from "./player.ts";

/** How long a player waits before it asks again for what was not there. */
const retryMs = 500;

/**
 * Watches so many segments of picture and sound, one after another as fast as they come, as a player
 * fills its buffer. What is refused is asked for again, as players do, until the time is up.
 */
export async function watchHonestly(
  playback: Playback,
  plan: Plan,
  segments: number,
  limitMs: number,
): Promise<{ readonly finished: boolean }> {
  const timeUp = AbortSignal.timeout(limitMs);
  const video = plan.renditions.find(({ kind }) => kind === "video");
  const ids = [video, firstAudio(plan, null)].flatMap((rendition) =>
    rendition ? [rendition.id] : [],
  );
  const watched = await Promise.all(
    ids.map(async (id) => {
      const names = Array.from({ length: segments }, (_, i) => segmentName(id, i + 1));
      for (const name of [initName(id), ...names]) {
        if (!(await loadPatiently(playback.contentUrl + name, timeUp))) return false;
      }
      return true;
    }),
  );
  return { finished: watched.every(Boolean) };
}

async function loadPatiently(url: string, timeUp: AbortSignal): Promise<boolean> {
  while (!timeUp.aborted) {
    try {
      const response = await fetch(url, { signal: timeUp });
      await response.arrayBuffer();
      if (response.status === 200) return true;
    } catch {
      if (timeUp.aborted) return false;
    }
    await Bun.sleep(retryMs);
  }
  return false;
}
