import { initName, segmentName } from "../../src/media/object-name.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { isMedia } from "../../src/rendition/methods.ts";
import { renditionTimeline, type Plan } from "../../src/rendition/plan.ts";
import type { Player, Wishes } from "./player.ts";

/**
 * One viewer of all pictures and sound of a plan from start to end, as fast as the segments come: start, manifest, init segments,
 * every segment, stop. Answers with the content's hash.
 */
export async function watchWhole(
  player: Player,
  id: string,
  plan: Plan,
  wishes: Wishes,
): Promise<string> {
  const { sessionId, contentUrl, contentHash, manifestUrl } = await player.start(id, wishes);
  await player.load(manifestUrl);
  await Promise.all(
    plan.renditions.filter(isMedia).map(async (rendition) => {
      await player.load(contentUrl + initName(rendition.id));
      const segments = segmentCount(renditionTimeline(plan, rendition));
      for (let n = 1; n <= segments; n++) {
        await player.load(contentUrl + segmentName(rendition.id, n));
      }
    }),
  );
  await player.stop(sessionId);
  return contentHash;
}
