import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "./api-app.ts";
import { contentBody } from "./content-body.ts";
import {
  cleanupResultSchema,
  contentInfoSchema,
  contentListSchema,
  contentStatsSchema,
  verifyRequestSchema,
  verifyResultSchema,
} from "./schemas/content-schemas.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import { idSchema, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["content"];
const hash = z.string().openapi({ description: "64 lower-case hex digits" });

const infoRoute = createRoute({
  method: "get",
  path: "/api/v1/content/{hash}/info",
  tags,
  summary: "What a content holds and how much of it is there",
  request: { params: z.object({ hash }), query: noQuery },
  responses: {
    200: jsonContent(contentInfoSchema, "The content"),
    ...errorResponses("CONTENT_NOT_FOUND"),
  },
});

const byMediaRoute = createRoute({
  method: "get",
  path: "/api/v1/content/by-media/{media_file_id}",
  tags,
  summary: "The contents made from a media file",
  request: { params: z.object({ media_file_id: idSchema }), query: noQuery },
  responses: {
    200: jsonContent(contentListSchema, "The contents, last used first"),
    ...errorResponses("MEDIA_NOT_FOUND"),
  },
});

const statsRoute = createRoute({
  method: "get",
  path: "/api/v1/content/stats",
  tags,
  summary: "How much the content store holds",
  request: { query: noQuery },
  responses: { 200: jsonContent(contentStatsSchema, "The numbers"), ...errorResponses() },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/api/v1/content/{hash}",
  tags,
  summary: "Delete a content; playing its film again makes it again",
  request: { params: z.object({ hash }), query: noQuery },
  responses: { 204: { description: "Deleted" }, ...errorResponses("CONTENT_NOT_FOUND") },
});

const verifyRoute = createRoute({
  method: "post",
  path: "/api/v1/content/verify",
  tags,
  summary: "Read and hash stored objects again; takes as long as reading them takes",
  request: {
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: verifyRequestSchema } } },
  },
  responses: {
    200: jsonContent(verifyResultSchema, "What is not as it was recorded"),
    ...errorResponses("INVALID_REQUEST", "CONTENT_NOT_FOUND"),
  },
});

const cleanupRoute = createRoute({
  method: "post",
  path: "/api/v1/content/cleanup",
  tags,
  summary: "Delete contents that nobody watches and whose film is in no library",
  request: { query: noQuery },
  responses: { 200: jsonContent(cleanupResultSchema, "What was deleted"), ...errorResponses() },
});

export function addContentRoutes(
  app: ApiApp,
  { content, contentBaseUrl }: Pick<ApiServices, "content" | "contentBaseUrl">,
): void {
  app.openapi(byMediaRoute, async (c) => {
    const contents = await content.byMedia(c.req.valid("param").media_file_id);
    return c.json({ contents: contents.map((info) => contentBody(info, contentBaseUrl)) }, 200);
  });

  app.openapi(infoRoute, async (c) => {
    const { hash } = c.req.valid("param");
    c.set("about", { content: hash });
    return c.json(contentBody(await content.info(hash), contentBaseUrl), 200);
  });

  app.openapi(statsRoute, async (c) => {
    const { contents, objects, bytes, freeBytes } = await content.stats();
    return c.json({ contents, objects, bytes, free_bytes: freeBytes }, 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const { hash } = c.req.valid("param");
    c.set("about", { content: hash });
    await content.remove(hash);
    return c.body(null, 204);
  });

  app.openapi(verifyRoute, async (c) => {
    const { content_hash, repair = false } = c.req.valid("json");
    const { faults, repaired } = await content.verify({ hash: content_hash, repair });
    const found = faults.map(({ hash, name, reason }) => ({
      content_hash: hash,
      object: name,
      reason,
    }));
    return c.json({ faults: found, repaired }, 200);
  });

  app.openapi(cleanupRoute, async (c) => {
    const { removed, bytesFreed } = await content.cleanup();
    return c.json({ removed: [...removed], bytes_freed: bytesFreed }, 200);
  });
}
