import type { z } from "@hono/zod-openapi";
import type { PrewarmJob } from "../prewarm/job.ts";
import type { PrewarmWish } from "../prewarm/prewarm-wish.ts";
import { toStartRequest } from "./playback-body.ts";
import type * as schemas from "./schemas/job-schemas.ts";
import { isoTime } from "./schemas/wire.ts";

export function jobBody(job: PrewarmJob): z.infer<typeof schemas.jobSchema> {
  const { id, status, policy, decision, note, wish, error } = job;
  const { segmentsReady, segmentsTotal, bytes } = job;
  const share = segmentsTotal === 0 ? 0 : Math.min(1, segmentsReady / segmentsTotal);
  return {
    ...{ id, kind: "prewarm", status, policy, decision, note, error },
    media_file_id: wish.mediaFileId,
    from: wish.fromSeconds,
    to: wish.toSeconds,
    content_hash: job.contentHash,
    progress: {
      percent: status === "done" ? 100 : share * 100,
      ...{ segments_ready: segmentsReady, segments_total: segmentsTotal, bytes },
    },
    created_at: isoTime(job.createdAt),
    started_at: job.startedAt === null ? null : isoTime(job.startedAt),
    finished_at: job.finishedAt === null ? null : isoTime(job.finishedAt),
  };
}

/** A prewarm request in our own names, with the device as a start of the same client would have it. */
export function toPrewarmWish(
  { from, to, range, ...body }: z.infer<typeof schemas.prewarmRequestSchema>,
  userAgent: string | undefined,
): PrewarmWish {
  const { mediaFileId, seekPositionSeconds: _, ...device } = toStartRequest(body, userAgent);
  return {
    ...{ mediaFileId, device },
    fromSeconds: range?.from ?? from ?? 0,
    toSeconds: range?.to ?? to ?? null,
  };
}
