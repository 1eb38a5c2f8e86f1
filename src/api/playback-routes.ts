import { createRoute } from "@hono/zod-openapi";
import { clientOf, type ApiApp } from "./api-app.ts";
import {
  decidedBody,
  playbackHealthBody,
  playbackStatsBody,
  startedBody,
  toStartRequest,
} from "./playback-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  decidedSchema,
  playbackHealthSchema,
  playbackStatsSchema,
  seekAheadSchema,
  startedSchema,
  startRequestSchema,
} from "./schemas/playback-schemas.ts";
import { jsonBody, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["playback"];

const startErrors = errorResponses(
  "INVALID_REQUEST",
  "MEDIA_NOT_FOUND",
  "MEDIA_MISSING",
  "MEDIA_CHANGED",
  "MEDIA_UNREADABLE",
  "MEDIA_UNSUPPORTED",
  "DELIVERY_IMPOSSIBLE",
  "SESSION_LIMIT_REACHED",
  "TRANSCODING_UNAVAILABLE",
  "STORAGE_FULL",
  "FOLDER_UNUSABLE",
);

const startRoute = createRoute({
  method: "post",
  path: "/api/playback/start",
  tags,
  summary: "Start to play a media file",
  description:
    "Answers before any frame is encoded. The manifest is complete; its segments come into being when they are asked for.",
  request: { query: noQuery, body: jsonBody(startRequestSchema) },
  responses: {
    200: jsonContent(startedSchema, "The session, and where its content is"),
    ...startErrors,
  },
});

const decideRoute = createRoute({
  method: "post",
  path: "/api/playback/decide",
  tags,
  summary: "What starting would do, without a session",
  request: { query: noQuery, body: jsonBody(startRequestSchema) },
  responses: {
    200: jsonContent(decidedSchema, "The decision, its reasons and the plan"),
    ...startErrors,
  },
});

const seekAheadRoute = createRoute({
  method: "post",
  path: "/api/playback/seek-ahead",
  tags,
  summary: "A new session on the same content from another position",
  request: { query: noQuery, body: jsonBody(seekAheadSchema) },
  responses: {
    200: jsonContent(startedSchema, "The new session; the original goes on"),
    ...startErrors,
    ...errorResponses("SESSION_NOT_FOUND", "MEDIA_NOT_FOUND", "MEDIA_MISSING"),
  },
});

const statsRoute = createRoute({
  method: "get",
  path: "/api/playback/stats",
  tags,
  summary: "Sessions, hits and misses, timings and the queue, since the server started",
  request: { query: noQuery },
  responses: { 200: jsonContent(playbackStatsSchema, "The numbers"), ...errorResponses() },
});

const healthRoute = createRoute({
  method: "get",
  path: "/api/playback/health",
  tags,
  summary: "Whether playback can be started",
  request: { query: noQuery },
  responses: { 200: jsonContent(playbackHealthSchema, "How playback is"), ...errorResponses() },
});

export function addPlaybackRoutes(app: ApiApp, { playback }: Pick<ApiServices, "playback">): void {
  app.openapi(startRoute, async (c) => {
    const started = await playback.start(
      toStartRequest(c.req.valid("json"), c.req.header("user-agent")),
      clientOf(c),
    );
    c.set("about", { session_id: started.id, content: started.contentHash });
    return c.json(startedBody(started), 200);
  });

  app.openapi(decideRoute, async (c) => {
    const answer = await playback.decide(
      toStartRequest(c.req.valid("json"), c.req.header("user-agent")),
    );
    c.set("about", { content: answer.contentHash });
    return c.json(decidedBody(answer), 200);
  });

  app.openapi(seekAheadRoute, async (c) => {
    const { session_id, seek_position } = c.req.valid("json");
    const started = await playback.seekAhead(session_id, seek_position);
    c.set("about", { session_id: started.id, from_session_id: session_id });
    return c.json(startedBody(started), 200);
  });

  app.openapi(statsRoute, (c) => c.json(playbackStatsBody(playback.stats()), 200));
  app.openapi(healthRoute, (c) => c.json(playbackHealthBody(playback.stats()), 200));
}
