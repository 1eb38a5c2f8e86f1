import { covers, type PrewarmWish } from "./prewarm-wish.ts";
import type { PrewarmJob } from "./job.ts";

const hourMs = 3_600_000;
/** What failed may go well another day. */
const failedForMs = 24 * hourMs;
/** Who cancelled it did not want it. */
const cancelledForMs = 7 * 24 * hourMs;

/**
 * Whether a policy's wish needs no job: one made it, or there was nothing to make, or one failed or was cancelled lately.
 * `ended`: jobs for its title and device; `stored`: contents whose segments are stored still.
 */
export function needsNoJob(
  wish: PrewarmWish,
  ended: readonly PrewarmJob[],
  stored: ReadonlySet<string>,
  nowMs: number,
): boolean {
  return ended.some((job) => {
    const ageMs = nowMs - (job.finishedAt ?? nowMs);
    if (!covers(job.wish, wish)) return false;
    if (job.status === "failed") return ageMs < failedForMs;
    if (job.status === "cancelled") return ageMs < cancelledForMs;
    return job.note !== null || (job.contentHash !== null && stored.has(job.contentHash));
  });
}
