import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "./api-app.ts";
import { contentBody } from "./content-body.ts";
import {
  collectRequestSchema,
  collectResultSchema,
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
    ...errorResponses("CONTENT_NOT_FOUND", "PLAN_UNSUPPORTED"),
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
  responses: {
    204: { description: "Deleted" },
    ...errorResponses("CONTENT_NOT_FOUND", "FOLDER_UNUSABLE"),
  },
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

const collecting = {
  method: "post",
  tags,
  request: {
    query: noQuery,
    body: { required: false, content: { "application/json": { schema: collectRequestSchema } } },
  },
  responses: {
    200: jsonContent(collectResultSchema, "What was deleted"),
    ...errorResponses("INVALID_REQUEST", "LIBRARY_UNKNOWN"),
  },
} as const;

const collectRoute = createRoute({
  ...collecting,
  path: "/api/v1/content/collect",
  summary: "Delete contents that nobody watches and that provably nobody needs",
});

const cleanupRoute = createRoute({
  ...collecting,
  path: "/api/v1/content/cleanup",
  summary: "The same as collect, by its former name",
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
    const { faults, repaired } = await content.verify({
      hash: content_hash,
      repair,
      signal: c.req.raw.signal,
    });
    const found = faults.map(({ hash, name, reason }) => ({
      content_hash: hash,
      object: name,
      reason,
    }));
    return c.json({ faults: found, repaired }, 200);
  });

  const collect = async (wishes: z.infer<typeof collectRequestSchema>) => {
    const result = await content.collect({ unknown: wishes.unknown ?? false });
    const { removed, bytesFreed, unknown } = result;
    return { removed: [...removed], bytes_freed: bytesFreed, unknown };
  };
  app.openapi(collectRoute, async (c) => c.json(await collect(c.req.valid("json")), 200));
  app.openapi(cleanupRoute, async (c) => c.json(await collect(c.req.valid("json")), 200));
}
