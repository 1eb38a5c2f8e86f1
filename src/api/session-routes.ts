import { createRoute, z } from "@hono/zod-openapi";
import { ViewraError } from "../errors/viewra-error.ts";
import { isFileName } from "../media/file-address.ts";
import { parseObjectName } from "../media/object-name.ts";
import type { ApiApp } from "./api-app.ts";
import { sessionBody, sessionDetailBody, startedBody } from "./playback-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  failureReportSchema,
  heartbeatSchema,
  sessionDetailSchema,
  sessionListSchema,
  sessionSchema,
  startedSchema,
} from "./schemas/playback-schemas.ts";
import { idSchema, jsonBody, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["playback"];
const params = z.object({ id: idSchema });

const listRoute = createRoute({
  method: "get",
  path: "/api/playback/sessions",
  tags,
  summary: "Sessions that play now, longest silent first",
  request: { query: noQuery },
  responses: { 200: jsonContent(sessionListSchema, "The sessions"), ...errorResponses() },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/playback/session/{id}",
  tags,
  summary: "A session, and how far its content has come",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(sessionDetailSchema, "The session, active or ended"),
    ...errorResponses("SESSION_NOT_FOUND"),
  },
});

const stopRoute = createRoute({
  method: "delete",
  path: "/api/playback/session/{id}",
  tags,
  summary: "Stop a session; its runs end when nobody else watches the content",
  request: { params, query: noQuery },
  responses: { 204: { description: "Stopped" }, ...errorResponses("SESSION_NOT_FOUND") },
});

const heartbeatRoute = createRoute({
  method: "post",
  path: "/api/playback/session/{id}/progress",
  tags,
  summary: "Sign of life and resume point; without one for 60 s a session is closed",
  request: { params, query: noQuery, body: jsonBody(heartbeatSchema) },
  responses: {
    200: jsonContent(sessionSchema, "The session; the position is saved"),
    ...errorResponses("INVALID_REQUEST", "SESSION_NOT_FOUND"),
  },
});

const failureRoute = createRoute({
  method: "post",
  path: "/api/playback/session/{id}/failure",
  tags,
  summary: "The player cannot go on: where the film goes on instead",
  request: { params, query: noQuery, body: jsonBody(failureReportSchema) },
  responses: {
    200: jsonContent(startedSchema, "The session that takes this one's place"),
    ...errorResponses("INVALID_REQUEST", "SESSION_NOT_FOUND", "NO_OTHER_DELIVERY"),
  },
});

const streamRoute = createRoute({
  method: "get",
  path: "/api/playback/stream/{session_id}/*",
  tags,
  summary: "Old address of a session's content",
  description:
    "What follows the session's id is the name of an object: manifest.mpd, master.m3u8 … " +
    "Where the session's content is gone the title is published anew.",
  request: { params: z.object({ session_id: idSchema }) },
  responses: {
    307: {
      description: "Moved to the content's own address",
      headers: { Location: { schema: { type: "string" } } },
    },
    ...errorResponses(
      ...(["SESSION_NOT_FOUND", "OBJECT_NOT_FOUND", "MEDIA_NOT_FOUND", "MEDIA_MISSING"] as const),
      ...(["MEDIA_CHANGED", "MEDIA_UNREADABLE", "MEDIA_UNSUPPORTED"] as const),
      ...(["TRANSCODING_UNAVAILABLE", "STORAGE_FULL"] as const),
    ),
  },
});

export function addSessionRoutes(app: ApiApp, { playback }: Pick<ApiServices, "playback">): void {
  app.openapi(listRoute, (c) => c.json({ sessions: playback.list().map(sessionBody) }, 200));

  app.openapi(getRoute, async (c) => {
    const { id } = c.req.valid("param");
    c.set("about", { session_id: id });
    return c.json(sessionDetailBody(await playback.get(id)), 200);
  });

  app.openapi(stopRoute, async (c) => {
    const { id } = c.req.valid("param");
    c.set("about", { session_id: id });
    await playback.stop(id);
    return c.body(null, 204);
  });

  app.openapi(heartbeatRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { position, state, quality, buffer } = c.req.valid("json");
    c.set("about", { session_id: id });
    const report = { positionSeconds: position, state, quality, bufferSeconds: buffer };
    const session = await playback.heartbeat(id, report);
    return c.json(sessionBody(session), 200);
  });

  app.openapi(failureRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { position, reason } = c.req.valid("json");
    c.set("about", { session_id: id, ...(reason === undefined ? {} : { player_said: reason }) });
    const started = await playback.failed(id, position, reason);
    return c.json(startedBody(started), 200);
  });

  app.openapi(streamRoute, async (c) => {
    const { session_id } = c.req.valid("param");
    c.set("about", { session_id });
    const name = c.req.path.slice(c.req.path.indexOf(`/${session_id}/`) + session_id.length + 2);
    if (parseObjectName(name) === undefined && !isFileName(name))
      throw new ViewraError("OBJECT_NOT_FOUND");
    return c.redirect((await playback.contentUrlOf(session_id)) + name, 307);
  });
}
