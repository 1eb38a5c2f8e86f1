import { createRoute, z } from "@hono/zod-openapi";
import type { MediaFile } from "../db/media-files.ts";
import { fileTypeOf } from "../device/file-type.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { webVtt } from "../media/webvtt.ts";
import type { ApiApp } from "./api-app.ts";
import { fileResponse } from "./file-response.ts";
import { chapterBodies, mediaFileBody, mediaFileDetailsBody } from "./library-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  fileListQuerySchema,
  filePageSchema,
  mediaFileDetailsSchema,
} from "./schemas/library-schemas.ts";
import { idSchema, jsonContent, noQuery } from "./schemas/wire.ts";
import { textResponse } from "./text-response.ts";
import type { ApiServices, FileBytes } from "./services.ts";

const tags = ["library"];
const params = z.object({ id: idSchema });
const binary = z.string().openapi({ format: "binary" });

const listRoute = createRoute({
  method: "get",
  path: "/api/media/files",
  tags,
  summary: "Media files, a page at a time",
  request: { query: fileListQuerySchema },
  responses: {
    200: jsonContent(filePageSchema, "A page; next_cursor leads to the next"),
    ...errorResponses("INVALID_REQUEST"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}",
  tags,
  summary: "A media file with its tracks, chapters and resume position",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(mediaFileDetailsSchema, "The media file"),
    ...errorResponses("MEDIA_NOT_FOUND"),
  },
});

const chaptersRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}/chapters.vtt",
  tags,
  summary: "The chapters as a WebVTT track",
  request: { params, query: noQuery },
  responses: {
    200: { description: "WebVTT", content: { "text/vtt": { schema: z.string() } } },
    304: { description: "Not modified" },
    ...errorResponses("MEDIA_NOT_FOUND"),
  },
});

const streamRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}/stream",
  tags,
  summary: "The file itself, as it is on disk",
  request: { params, query: noQuery },
  responses: {
    200: fileContent("The whole file"),
    206: fileContent("The range of bytes that was asked for"),
    304: { description: "Not modified" },
    ...errorResponses(
      "MEDIA_NOT_FOUND",
      "MEDIA_MISSING",
      "MEDIA_CHANGED",
      "MEDIA_UNREADABLE",
      "MEDIA_UNSUPPORTED",
      "PRECONDITION_FAILED",
      "RANGE_NOT_SATISFIABLE",
    ),
  },
});

const posterRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}/poster",
  tags,
  summary: "A picture out of the film, 480 wide",
  request: { params, query: noQuery },
  responses: {
    200: { description: "JPEG", content: { "image/jpeg": { schema: binary } } },
    304: { description: "Not modified" },
    ...errorResponses(
      "MEDIA_NOT_FOUND",
      "MEDIA_MISSING",
      "MEDIA_CHANGED",
      "MEDIA_UNSUPPORTED",
      "MEDIA_UNREADABLE",
      "PRECONDITION_FAILED",
    ),
  },
});

function fileContent(description: string) {
  return { description, content: { "application/octet-stream": { schema: binary } } };
}

export function addMediaFileRoutes(
  app: ApiApp,
  { library, openFile, poster }: Pick<ApiServices, "library" | "openFile" | "poster">,
): void {
  app.openapi(listRoute, async (c) => {
    const { library_id, ...query } = c.req.valid("query");
    const page = await library.listFiles({ ...query, libraryId: library_id });
    const files = page.files.map(mediaFileBody);
    return c.json({ files, next_cursor: page.nextCursor, total: page.total }, 200);
  });

  app.openapi(getRoute, async (c) => {
    return c.json(mediaFileDetailsBody(await library.getFile(c.req.valid("param").id)), 200);
  });

  app.openapi(chaptersRoute, async (c) => {
    const file = await library.getFile(c.req.valid("param").id);
    const chapters = chapterBodies(file.source);
    const cues = chapters.map(({ start, end, title }) => ({ start, end, text: title }));
    return textResponse(c.req.raw.headers, "text/vtt; charset=utf-8", webVtt(cues));
  });

  app.openapi(streamRoute, async (c) => {
    const { id } = c.req.valid("param");
    c.set("about", { media_file_id: id });
    const file = await library.getFile(id);
    requireFilm(file);
    const bytes = await openFile(file.path);
    if (bytes !== null && !isAsProbed(file, bytes)) {
      throw new ViewraError("MEDIA_CHANGED", undefined, { details: { id } });
    }
    const { source, path } = file;
    const mediaType = source === null ? unknownType : fileTypeOf(source, path).mediaType;
    return fileResponse(c.req.raw.headers, { id, mediaType }, bytes);
  });

  app.openapi(posterRoute, async (c) => {
    const { id } = c.req.valid("param");
    return fileResponse(
      c.req.raw.headers,
      { id, mediaType: "image/jpeg" },
      await poster(id, c.req.raw.signal),
    );
  });
}

const unknownType = "application/octet-stream";

/** A name says little: `.ts` is TypeScript as well. Only what was probed and is a film goes out. */
function requireFilm({ id, status, reasonCode, reason }: MediaFile): void {
  if (status !== "unreadable") return;
  const code = reasonCode === "MEDIA_UNSUPPORTED" ? "MEDIA_UNSUPPORTED" : "MEDIA_UNREADABLE";
  throw new ViewraError(code, reason ?? undefined, { details: { id, reason_code: reasonCode } });
}

/** What lies there now may be no film any more until a scan has looked at it. */
function isAsProbed({ fileSize, mtimeMs }: MediaFile, bytes: FileBytes): boolean {
  return bytes.sizeBytes === fileSize && Math.trunc(bytes.modifiedMs) === mtimeMs;
}
