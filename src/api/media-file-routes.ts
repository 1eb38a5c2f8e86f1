import { createRoute, z } from "@hono/zod-openapi";
import type { MediaFile } from "../db/media-files.ts";
import { fileTypeOf } from "../device/file-type.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { printAss } from "../subtitle/print-ass.ts";
import { onClockFrom, plainCue } from "../subtitle/cue.ts";
import { subRip } from "../subtitle/subrip.ts";
import { webVtt } from "../subtitle/webvtt.ts";
import type { ApiApp } from "./api-app.ts";
import { fileResponse } from "./file-response.ts";
import { chapterBodies, mediaFileBody, mediaFileDetailsBody } from "./library-body.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  fileListQuerySchema,
  filePageSchema,
  fontListSchema,
  mediaFileDetailsSchema,
} from "./schemas/library-schemas.ts";
import { idSchema, jsonContent, noQuery } from "./schemas/wire.ts";
import { textResponse } from "./text-response.ts";
import type { ApiServices, ArtWish, FileBytes, FileText } from "./services.ts";

const tags = ["library"];
const params = z.object({ id: idSchema });
const binary = z.string().openapi({ format: "binary" });

/** Of routes that read a media file; that run a program for it; that give a file's bytes. */
const filmErrors = [
  ...(["MEDIA_NOT_FOUND", "MEDIA_MISSING", "MEDIA_CHANGED"] as const),
  ...(["MEDIA_UNREADABLE", "MEDIA_UNSUPPORTED"] as const),
] as const;
const programErrors = ["PROCESS_TIMEOUT", "PROGRAM_MISSING", "STORAGE_FULL"] as const;
const rangeErrors = ["PRECONDITION_FAILED", "RANGE_NOT_SATISFIABLE"] as const;

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
  summary: "A media file with its tracks, chapters, versions, neighbours and resume position",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(mediaFileDetailsSchema, "The media file"),
    ...errorResponses("MEDIA_NOT_FOUND"),
  },
});

const watchedPath = "/api/media/files/{id}/watched";
const watchedResponses = {
  204: { description: "Said; where to go on is forgotten" },
  ...errorResponses("MEDIA_NOT_FOUND"),
};

const putWatchedRoute = createRoute({
  method: "put",
  path: watchedPath,
  tags,
  summary: "Say that a media file was watched",
  request: { params, query: noQuery },
  responses: watchedResponses,
});

const deleteWatchedRoute = createRoute({
  method: "delete",
  path: watchedPath,
  tags,
  summary: "Say that a media file was not watched",
  request: { params, query: noQuery },
  responses: watchedResponses,
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
    ...errorResponses("MEDIA_NOT_FOUND", "PRECONDITION_FAILED"),
  },
});

const subtitleFile = z
  .string()
  .regex(/^\d{1,5}\.(?:vtt|srt|ass)$/)
  .openapi({
    param: { name: "file", in: "path" },
    example: "3.vtt",
    description: "The track's index and the notation: vtt, srt or ass",
  });

const subtitlesRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}/subtitles/{file}",
  tags,
  summary: "Subtitles that are text, as WebVTT, SubRip or ASS",
  request: { params: z.object({ id: idSchema, file: subtitleFile }), query: noQuery },
  responses: {
    200: {
      description: "The whole track; times count from the film's beginning",
      content: {
        "text/vtt": { schema: z.string() },
        "application/x-subrip": { schema: z.string() },
        "text/x-ssa": { schema: z.string() },
      },
    },
    304: { description: "Not modified" },
    ...errorResponses(
      ...([...filmErrors, ...programErrors, "INVALID_REQUEST", "PRECONDITION_FAILED"] as const),
      "SUBTITLES_NOT_FOUND",
    ),
  },
});

const fontsRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}/fonts",
  tags,
  summary: "The fonts that the file brings along for its subtitles",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(fontListSchema, "In the file's order; none of most files"),
    ...errorResponses(...filmErrors),
  },
});

const fontIndex = z.coerce.number().int().min(0).max(10_000);

const fontRoute = createRoute({
  method: "get",
  path: "/api/media/files/{id}/fonts/{index}",
  tags,
  summary: "A font that the file brings along, as it is there",
  request: { params: z.object({ id: idSchema, index: fontIndex }), query: noQuery },
  responses: {
    200: fileContent("The whole font"),
    206: fileContent("The range of bytes that was asked for"),
    304: { description: "Not modified" },
    ...errorResponses(...filmErrors, ...rangeErrors, "INVALID_REQUEST", "FONT_NOT_FOUND"),
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
    ...errorResponses(...filmErrors, ...rangeErrors),
  },
});

const artQuery = z.strictObject({
  width: z.coerce.number().int().min(1).max(10_000).default(480).openapi({
    description: "Pixels, at least; the picture is given in the next of a few widths",
  }),
});

const artRoute = <K extends ArtWish["kind"]>(kind: K, summary: string) =>
  createRoute({
    method: "get",
    path: `/api/media/files/{id}/${kind}`,
    tags,
    summary,
    request: { params, query: artQuery },
    responses: {
      200: {
        description: "WebP or AVIF where the Accept field names it, else JPEG",
        content: {
          "image/jpeg": { schema: binary },
          "image/webp": { schema: binary },
          "image/avif": { schema: binary },
        },
      },
      206: fileContent("The range of bytes that was asked for"),
      304: { description: "Not modified" },
      ...errorResponses(
        ...filmErrors,
        ...programErrors,
        ...rangeErrors,
        "INVALID_REQUEST",
        "ARTWORK_NOT_FOUND",
      ),
    },
  });

const posterRoute = artRoute(
  "poster",
  "The picture beside the film, else the one in it, else one out of it",
);
const fanartRoute = artRoute("fanart", "The wide picture that lies beside the film");

function fileContent(description: string) {
  return { description, content: { "application/octet-stream": { schema: binary } } };
}

export function addMediaFileRoutes(
  app: ApiApp,
  {
    library,
    openFile,
    artwork,
    subtitles,
    fonts,
    segments,
    collection,
  }: Pick<
    ApiServices,
    "library" | "collection" | "openFile" | "artwork" | "subtitles" | "fonts" | "segments"
  >,
): void {
  app.openapi(listRoute, async (c) => {
    const { library_id, watched, ...query } = c.req.valid("query");
    const isWatched = watched === undefined ? undefined : watched === "true";
    const page = await library.listFiles({ ...query, isWatched, libraryId: library_id });
    const series = await collection.seriesOf(page.files);
    const files = page.files.map((file) => mediaFileBody(file, series.get(file.seriesId ?? "")));
    return c.json({ files, next_cursor: page.nextCursor, total: page.total }, 200);
  });

  app.openapi(getRoute, async (c) => {
    const file = await library.getFile(c.req.valid("param").id);
    const [series, relatives, found] = await Promise.all([
      collection.seriesOf([file]),
      collection.relativesOf(file),
      file.source === null ? [] : segments(file.source.fingerprint),
    ]);
    const around = { series: series.get(file.seriesId ?? ""), relatives, segments: found };
    return c.json(mediaFileDetailsBody(file, around), 200);
  });

  app.openapi(putWatchedRoute, async (c) => {
    await library.setWatched(c.req.valid("param").id, true);
    return c.body(null, 204);
  });

  app.openapi(deleteWatchedRoute, async (c) => {
    await library.setWatched(c.req.valid("param").id, false);
    return c.body(null, 204);
  });

  app.openapi(chaptersRoute, async (c) => {
    const file = await library.getFile(c.req.valid("param").id);
    const chapters = chapterBodies(file.source);
    const cues = chapters.map(({ start, end, title }) => plainCue(start, end, title));
    return textResponse(c.req.raw.headers, "text/vtt; charset=utf-8", webVtt(cues));
  });

  app.openapi(subtitlesRoute, async (c) => {
    const { id, file } = c.req.valid("param");
    const [track = "", notation = ""] = file.split(".");
    const text = await subtitles(id, Number(track));
    const { mediaType, print } = notations[notation] ?? notations["vtt"];
    return textResponse(c.req.raw.headers, `${mediaType}; charset=utf-8`, print(text));
  });

  app.openapi(fontsRoute, async (c) => {
    const list = await fonts(c.req.valid("param").id);
    const bodies = list.map(({ name, bytes }, index) => ({ index, name, size: bytes.sizeBytes }));
    return c.json({ fonts: bodies }, 200);
  });

  app.openapi(fontRoute, async (c) => {
    const { id, index } = c.req.valid("param");
    const font = (await fonts(id))[index];
    if (font === undefined)
      throw new ViewraError("FONT_NOT_FOUND", undefined, { details: { id, index } });
    const about = { id: `${id} font ${index}`, mediaType: "application/octet-stream" };
    const response = fileResponse(c.req.raw.headers, about, font.bytes);
    // Bun would name the film, a piece of which it is.
    response.headers.set("Content-Disposition", "inline");
    return response;
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

  const art = async (request: Request, id: string, kind: ArtWish["kind"], width: number) => {
    const accept = request.headers.get("accept");
    const { bytes, mediaType } = await artwork(id, { kind, width, accept }, request.signal);
    const response = fileResponse(request.headers, { id, mediaType }, bytes);
    response.headers.set("Vary", "Accept");
    return response;
  };
  app.openapi(posterRoute, (c) =>
    art(c.req.raw, c.req.valid("param").id, "poster", c.req.valid("query").width),
  );
  app.openapi(fanartRoute, (c) =>
    art(c.req.raw, c.req.valid("param").id, "fanart", c.req.valid("query").width),
  );
}

interface Notation {
  readonly mediaType: string;
  readonly print: (text: FileText) => string;
}

const notations: Readonly<Record<string, Notation>> & { readonly vtt: Notation } = {
  vtt: { mediaType: "text/vtt", print: ({ cues, zeroMs }) => webVtt(onClockFrom(cues, zeroMs)) },
  srt: {
    mediaType: "application/x-subrip",
    print: ({ cues, zeroMs }) => subRip(onClockFrom(cues, zeroMs)),
  },
  ass: {
    mediaType: "text/x-ssa",
    print: ({ header, events, zeroMs }) => printAss(header, events, zeroMs),
  },
};

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
