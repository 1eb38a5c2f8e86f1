import { createRoute, z } from "@hono/zod-openapi";
import { albumBody, albumDetailsBody } from "./album-body.ts";
import type { ApiApp } from "./api-app.ts";
import {
  albumDetailsSchema,
  albumListQuerySchema,
  albumPageSchema,
} from "./schemas/album-schemas.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import { idSchema, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["library"];

const listRoute = createRoute({
  method: "get",
  path: "/api/media/albums",
  tags,
  summary: "Albums by title, a page at a time",
  request: { query: albumListQuerySchema },
  responses: {
    200: jsonContent(albumPageSchema, "A page; next_cursor leads to the next"),
    ...errorResponses("INVALID_REQUEST"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/media/albums/{id}",
  tags,
  summary: "An album with its discs and tracks, in order",
  request: { params: z.object({ id: idSchema }), query: noQuery },
  responses: {
    200: jsonContent(albumDetailsSchema, "The album"),
    ...errorResponses("ALBUM_NOT_FOUND"),
  },
});

export function addAlbumRoutes(app: ApiApp, { collection }: Pick<ApiServices, "collection">): void {
  app.openapi(listRoute, async (c) => {
    const { library_id, ...query } = c.req.valid("query");
    const page = await collection.listAlbums({ ...query, libraryId: library_id });
    const albums = page.albums.map(albumBody);
    return c.json({ albums, next_cursor: page.nextCursor, total: page.total }, 200);
  });

  app.openapi(getRoute, async (c) => {
    return c.json(albumDetailsBody(await collection.getAlbum(c.req.valid("param").id)), 200);
  });
}
