import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "./api-app.ts";
import { jobBody, toPrewarmWish } from "./job-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  jobListQuerySchema,
  jobListSchema,
  jobSchema,
  prewarmRequestSchema,
  startedJobSchema,
} from "./schemas/job-schemas.ts";
import { idSchema, jsonBody, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["jobs"];
const params = z.object({ id: idSchema });

const prewarmRoute = createRoute({
  method: "post",
  path: "/api/v1/prewarm",
  tags,
  summary: "Make a title, or a part of it, before anybody plays it",
  description:
    "Makes what a start with the same words would ask for, when the machine has nothing else to do. The same asked for twice is one job.",
  request: { query: noQuery, body: jsonBody(prewarmRequestSchema) },
  responses: {
    202: jsonContent(startedJobSchema, "The job"),
    ...errorResponses(
      "INVALID_REQUEST",
      "MEDIA_NOT_FOUND",
      "MEDIA_MISSING",
      "MEDIA_CHANGED",
      "MEDIA_UNREADABLE",
      "MEDIA_UNSUPPORTED",
      "DELIVERY_IMPOSSIBLE",
      "JOB_LIMIT_REACHED",
    ),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/api/v1/jobs",
  tags,
  summary: "Jobs that wait, run, or ended within 30 days",
  request: { query: jobListQuerySchema },
  responses: {
    200: jsonContent(jobListSchema, "The jobs"),
    ...errorResponses("INVALID_REQUEST"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/v1/jobs/{id}",
  tags,
  summary: "How far a job has come",
  request: { params, query: noQuery },
  responses: { 200: jsonContent(jobSchema, "The job"), ...errorResponses("JOB_NOT_FOUND") },
});

const cancelRoute = createRoute({
  method: "delete",
  path: "/api/v1/jobs/{id}",
  tags,
  summary: "Cancel a job; what it made stays, and one that has ended is left as it is",
  request: { params, query: noQuery },
  responses: { 204: { description: "Cancelled" }, ...errorResponses("JOB_NOT_FOUND") },
});

export function addJobRoutes(app: ApiApp, { jobs }: Pick<ApiServices, "jobs">): void {
  app.openapi(prewarmRoute, async (c) => {
    const wish = toPrewarmWish(c.req.valid("json"), c.req.header("user-agent"));
    const { id } = await jobs.submit(wish);
    c.set("about", { job_id: id });
    return c.json({ job_id: id }, 202);
  });

  app.openapi(listRoute, async (c) => {
    const jobsNow = await jobs.list(c.req.valid("query"));
    return c.json({ jobs: jobsNow.map(jobBody) }, 200);
  });

  app.openapi(getRoute, async (c) => c.json(jobBody(await jobs.get(c.req.valid("param").id)), 200));

  app.openapi(cancelRoute, async (c) => {
    await jobs.cancel(c.req.valid("param").id);
    return c.body(null, 204);
  });
}
