import { z } from "@hono/zod-openapi";
import { prewarmPolicies } from "../../config/prewarm.ts";
import { jobKinds, jobStatuses } from "../../db/schema.ts";
import { decisionKinds } from "../../prewarm/job.ts";
import { startWishes } from "./playback-schemas.ts";
import { idSchema, seconds, timestamp } from "./wire.ts";

const rangeSchema = z
  .strictObject({ from: seconds.optional(), to: seconds.optional() })
  .openapi({ description: "`from` and `to` in another form" });

export const prewarmRequestSchema = z
  .strictObject({
    ...startWishes,
    from: seconds
      .optional()
      .openapi({ description: "Seconds of the film; its beginning when left out" }),
    to: seconds.optional().openapi({
      description: "Seconds of the film, behind `from`; its end when left out, or beyond it",
    }),
    range: rangeSchema.optional(),
  })
  .superRefine(({ from, to, range }, context) => {
    const isTwice = range !== undefined && (from ?? to) !== undefined;
    if (isTwice) context.addIssue({ code: "custom", path: ["range"], message: twice });
    const begin = range?.from ?? from ?? 0;
    const end = range?.to ?? to ?? Infinity;
    if (end > begin) return;
    const message = `Expected to be more than from, ${begin}; got ${end}`;
    context.addIssue({ code: "custom", path: [range === undefined ? "to" : "range.to"], message });
  })
  .openapi("PrewarmRequest");

const twice = "Expected range, or from and to; got both";

export const startedJobSchema = z.object({ job_id: idSchema }).openapi("StartedJob");

export const jobSchema = z
  .object({
    id: idSchema,
    kind: z.enum(jobKinds),
    status: z.enum(jobStatuses),
    media_file_id: idSchema,
    from: seconds,
    to: seconds.nullable().openapi({ description: "null: the film's end" }),
    policy: z
      .enum(prewarmPolicies)
      .nullable()
      .openapi({ description: "What asked for it; null: a client" }),
    decision: z
      .enum(decisionKinds)
      .nullable()
      .openapi({ description: "What a start of it comes to; null until that was found out" }),
    content_hash: z.string().nullable(),
    note: z.string().nullable().openapi({ description: "Why there was nothing to make" }),
    progress: z.object({
      percent: z.number().min(0).max(100),
      segments_ready: z.int(),
      segments_total: z.int().openapi({ description: "0 until that was found out" }),
      bytes: z.int().openapi({ description: "Of what this job stored" }),
    }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
  })
  .openapi("Job");

export const jobListSchema = z
  .object({ jobs: z.array(jobSchema).openapi({ description: "The last that came first" }) })
  .openapi("Jobs");

const mostListed = 500;

export const jobListQuerySchema = z.strictObject({
  status: z.enum(jobStatuses).optional(),
  limit: z.coerce.number().int().min(1).max(mostListed).default(100),
});
