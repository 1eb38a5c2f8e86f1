import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "./api-app.ts";
import { seriesBody, seriesDetailsBody } from "./naming-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  seriesDetailsSchema,
  seriesListQuerySchema,
  seriesPageSchema,
} from "./schemas/series-schemas.ts";
import { idSchema, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["library"];

const listRoute = createRoute({
  method: "get",
  path: "/api/media/series",
  tags,
  summary: "Series by title, a page at a time",
  request: { query: seriesListQuerySchema },
  responses: {
    200: jsonContent(seriesPageSchema, "A page; next_cursor leads to the next"),
    ...errorResponses("INVALID_REQUEST"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/media/series/{id}",
  tags,
  summary: "A series with its seasons and episodes, in order",
  request: { params: z.object({ id: idSchema }), query: noQuery },
  responses: {
    200: jsonContent(seriesDetailsSchema, "The series"),
    ...errorResponses("SERIES_NOT_FOUND"),
  },
});

export function addSeriesRoutes(
  app: ApiApp,
  { collection }: Pick<ApiServices, "collection">,
): void {
  app.openapi(listRoute, async (c) => {
    const { library_id, ...query } = c.req.valid("query");
    const page = await collection.listSeries({ ...query, libraryId: library_id });
    const series = page.series.map((one) => seriesBody(one, page.episodes.get(one.id) ?? 0));
    return c.json({ series, next_cursor: page.nextCursor, total: page.total }, 200);
  });

  app.openapi(getRoute, async (c) => {
    return c.json(seriesDetailsBody(await collection.getSeries(c.req.valid("param").id)), 200);
  });
}
