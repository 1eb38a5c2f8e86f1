import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "./api-app.ts";
import { libraryBody, scanBody } from "./library-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  libraryListSchema,
  librarySchema,
  newLibrarySchema,
  scanSchema,
  startedScanSchema,
} from "./schemas/library-schemas.ts";
import { idSchema, jsonBody, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["library"];
const params = z.object({ id: idSchema });

const listRoute = createRoute({
  method: "get",
  path: "/api/media/libraries",
  tags,
  summary: "Folders that are libraries",
  request: { query: noQuery },
  responses: { 200: jsonContent(libraryListSchema, "The libraries"), ...errorResponses() },
});

const addRoute = createRoute({
  method: "post",
  path: "/api/media/libraries",
  tags,
  summary: "Make a folder a library",
  request: { query: noQuery, body: jsonBody(newLibrarySchema) },
  responses: {
    201: jsonContent(librarySchema, "The library"),
    ...errorResponses("INVALID_REQUEST", "LIBRARY_EXISTS", "PATH_NOT_ALLOWED"),
  },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/api/media/libraries/{id}",
  tags,
  summary: "Forget a library; the files on disk stay",
  request: { params, query: noQuery },
  responses: { 204: { description: "Forgotten" }, ...errorResponses("LIBRARY_NOT_FOUND") },
});

const scanRoute = createRoute({
  method: "post",
  path: "/api/media/libraries/{id}/scan",
  tags,
  summary: "Scan a library, or join the scan that runs",
  request: { params, query: noQuery },
  responses: {
    202: jsonContent(startedScanSchema, "The scan"),
    ...errorResponses("LIBRARY_NOT_FOUND"),
  },
});

const getScanRoute = createRoute({
  method: "get",
  path: "/api/media/scans/{id}",
  tags,
  summary: "How far a scan has come",
  request: { params, query: noQuery },
  responses: { 200: jsonContent(scanSchema, "The scan"), ...errorResponses("SCAN_NOT_FOUND") },
});

export function addLibraryRoutes(app: ApiApp, { library }: Pick<ApiServices, "library">): void {
  app.openapi(listRoute, async (c) => {
    const libraries = await library.libraries();
    return c.json({ libraries: libraries.map(libraryBody) }, 200);
  });

  app.openapi(addRoute, async (c) => {
    const added = await library.addLibrary(c.req.valid("json"));
    c.set("about", { library_id: added.id });
    return c.json(libraryBody(added), 201);
  });

  app.openapi(removeRoute, async (c) => {
    await library.removeLibrary(c.req.valid("param").id);
    return c.body(null, 204);
  });

  app.openapi(scanRoute, async (c) => {
    const scanId = await library.startScan(c.req.valid("param").id);
    c.set("about", { scan_id: scanId });
    return c.json({ scan_id: scanId }, 202);
  });

  app.openapi(getScanRoute, async (c) => {
    return c.json(scanBody(await library.getScan(c.req.valid("param").id)), 200);
  });
}
