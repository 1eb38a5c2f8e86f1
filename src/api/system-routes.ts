import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "./api-app.ts";
import { eventStream } from "./event-stream.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import { jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["system"];

const healthSchema = z
  .object({
    status: z.enum(["ok", "degraded"]),
    version: z.string(),
    uptime: z.number().openapi({ description: "Seconds" }),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), message: z.string().optional() })),
  })
  .openapi("Health");

const healthRoute = createRoute({
  method: "get",
  path: "/api/health",
  tags,
  summary: "Whether the server is well",
  request: { query: noQuery },
  responses: { 200: jsonContent(healthSchema, "How it is"), ...errorResponses() },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  tags,
  summary: "Metrics in Prometheus' text format",
  request: { query: noQuery },
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    ...errorResponses(),
  },
});

const eventsRoute = createRoute({
  method: "get",
  path: "/api/events",
  tags,
  summary: "Server-sent events of the kinds scan, session, job and content",
  description: "Hints to look again: a client that was away has missed what happened meanwhile.",
  request: { query: noQuery },
  responses: {
    200: { description: "The events", content: { "text/event-stream": { schema: z.string() } } },
    ...errorResponses(),
  },
});

export function addSystemRoutes(
  app: ApiApp,
  { health, metrics, events, version, stopping }: ApiServices,
): void {
  app.openapi(healthRoute, async (c) => {
    const { status, uptime, checks } = await health();
    return c.json({ status, version, uptime, checks: { ...checks } }, 200);
  });

  app.openapi(metricsRoute, async (c) => {
    return c.text(await metrics.render(), 200, { "Content-Type": metrics.contentType });
  });

  app.openapi(eventsRoute, () => {
    const headers = { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" };
    return new Response(eventStream(events, stopping), { headers });
  });
}
