import { join } from "node:path";
import { createWebPage } from "../../src/app/web-page.ts";
import { plainCue } from "../../src/subtitle/cue.ts";
import { webVtt } from "../../src/subtitle/webvtt.ts";
import { filmSeconds } from "./packaged-film.ts";

/** The page and an API of canned answers over one packaged film, for what a real server rarely does. */
export interface FakeServer extends AsyncDisposable {
  readonly url: string;
  readonly state: FakeState;
  /** `POST /api/playback/start` and so on, with the body, in order of arrival. */
  readonly calls: readonly ApiCall[];
  /** Objects of the content that were asked for, in order. */
  readonly objects: readonly string[];
  /** Tells the pages that listen to `/api/events`. */
  emit(type: string, data: Readonly<Record<string, unknown>>): void;
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a test may change while the page looks. */
export interface FakeState {
  files: readonly FakeFile[];
  libraries: { id: string; path: string; name: string; type: string }[];
  scan: Record<string, unknown> | null;
  /** Answers of the list and of a start fail with this, while it is set. */
  failure: { readonly status: number; readonly code: string; readonly message: string } | null;
  /** Come with the answer of a start. */
  warnings: readonly string[];
  /** Milliseconds before the list is answered. */
  delay: number;
  /** When set, a start answers with this address of a plain file. */
  directFile: string | null;
  /** The pictures that are prepared, as the answer of a start says. */
  startRendition: string | null;
  /** Sessions the server still knows. */
  sessions: Set<string>;
  /** Contents were replaced for that reason: who reports hears of it, and who failed goes on elsewhere. */
  replaced: string | null;
}

export type FakeFile = ReturnType<typeof fakeFile>;

const noChapters: { start: number; end: number; title: string }[] = [];

export function fakeFile(id: string, title: string, more: Record<string, unknown> = {}) {
  return {
    id,
    title,
    library_id: "l1",
    path: `/srv/films/${title}.mkv`,
    container: "matroska,webm",
    duration: filmSeconds,
    file_size: 4_213_000_000,
    status: "ready",
    reason: null,
    resume_position: 0,
    watched: false,
    video: { codec: "h264", width: 1920, height: 800 },
    audio: [{ codec: "aac", channels: 2, language: "en" }],
    subtitles: [],
    chapters: noChapters,
    ...{ year: null, edition: null, series: null, season: null, episode: null },
    ...{ episode_end: null, absolute_episode: null },
    ...more,
  };
}

/** Bundled once for all tests of a file. */
const page = createWebPage();
const hash = "5f".repeat(32);

export async function startFakeServer(contentFolder: string): Promise<FakeServer> {
  const calls: ApiCall[] = [];
  const objects: string[] = [];
  const listeners = new Set<EventSink>();
  const state: FakeState = {
    files: [],
    libraries: [],
    scan: null,
    failure: null,
    delay: 0,
    warnings: [],
    directFile: null,
    startRendition: null,
    sessions: new Set(),
    replaced: null,
  };

  const start = (body: ApiCall["body"]): Response => {
    const id = crypto.randomUUID();
    state.sessions.add(id);
    const container = body["container"] === "hls" ? "hls" : "dash";
    const manifest = container === "hls" ? "master.m3u8" : "manifest.mpd";
    return Response.json({
      id,
      session_id: id,
      status: "active",
      decision: "transcode",
      reasons: [
        { code: "CONTAINER_UNSUPPORTED", message: "The device does not play matroska files" },
        { code: "AUDIO_CODEC_UNSUPPORTED", message: "The device does not play dts sound" },
      ],
      warnings: state.warnings.map((message) => ({ code: "SOURCE_TRUNCATED", message })),
      provider: "ffmpeg_software",
      container,
      content_hash: hash,
      content_url: `/api/v1/content/${hash}/`,
      manifest_url: state.directFile ?? `/api/v1/content/${hash}/${manifest}`,
      duration: filmSeconds,
      seek_position: body["seek_position"] ?? 0,
      cached: false,
      start_rendition: state.startRendition,
    });
  };
  const list = async (url: URL): Promise<Response> => {
    await Bun.sleep(state.delay);
    if (state.failure !== null) return refusal(state.failure);
    const q = (url.searchParams.get("q") ?? "").toLowerCase();
    const limit = Number(url.searchParams.get("limit") ?? "50");
    const from = Number(url.searchParams.get("cursor") ?? "0");
    const found = state.files.filter(({ title }) => title.toLowerCase().includes(q));
    const files = found.slice(from, from + limit);
    const next = from + limit < found.length ? String(from + limit) : null;
    return Response.json({ files, next_cursor: next, total: found.length });
  };
  const api = async (request: Request, url: URL): Promise<Response> => {
    const { pathname } = url;
    const text = await request.text();
    const body: ApiCall["body"] = text === "" ? {} : JSON.parse(text);
    calls.push({ method: request.method, path: pathname + url.search, body });
    const route = `${request.method} ${pathname}`;
    if (route === "GET /api/media/files") return list(url);
    if (/^GET .api.media.files.[^/]+.poster$/.test(route)) return posterResponse();
    if (route === "GET /api/media/libraries") return Response.json({ libraries: state.libraries });
    if (route === "POST /api/media/libraries") {
      const path = String(body["path"]);
      if (!path.startsWith("/")) {
        return refusal({ status: 400, code: "INVALID_REQUEST", message: "Expected a full path" });
      }
      const library = { id: `l${state.libraries.length + 1}`, path, name: path, type: "movie" };
      state.libraries.push(library);
      return Response.json(library, { status: 201 });
    }
    const forgotten = /^DELETE \/api\/media\/libraries\/(\w+)$/.exec(route)?.[1];
    if (forgotten !== undefined) {
      state.libraries = state.libraries.filter(({ id }) => id !== forgotten);
      return new Response(null, { status: 204 });
    }
    if (/^POST \/api\/media\/libraries\/\w+\/scan$/.test(route)) {
      return Response.json({ scan_id: "s1" }, { status: 202 });
    }
    if (route === "GET /api/media/scans/s1") {
      const done = { id: "s1", library_id: "l1", status: "done", found: 0 };
      return Response.json(state.scan ?? done);
    }
    if (route === "GET /api/events") {
      return new Response(eventStream(listeners), {
        headers: { "Content-Type": "text/event-stream" },
      });
    }
    if (route === "POST /api/playback/start") {
      return state.failure === null ? start(body) : refusal(state.failure);
    }
    const file = /^GET \/api\/media\/files\/(\w+)$/.exec(route)?.[1];
    if (file !== undefined) {
      const found = state.files.find(({ id }) => id === file);
      return found === undefined ? refusal(notFound("MEDIA_NOT_FOUND")) : Response.json(found);
    }
    const chapters = /^GET \/api\/media\/files\/(\w+)\/chapters.vtt$/.exec(route)?.[1];
    if (chapters !== undefined) {
      const found = state.files.find(({ id }) => id === chapters)?.chapters ?? [];
      const cues = found.map(({ start, end, title }) => plainCue(start, end, title));
      return new Response(webVtt(cues), { headers: { "Content-Type": "text/vtt" } });
    }
    const session = /\/api\/playback\/session\/([\w-]+)/.exec(route)?.[1];
    if (session === undefined) return refusal(notFound("NOT_FOUND"));
    if (!state.sessions.has(session)) return refusal(notFound("SESSION_NOT_FOUND"));
    if (request.method === "DELETE") {
      state.sessions.delete(session);
      return new Response(null, { status: 204 });
    }
    if (route.endsWith("/failure")) {
      if (state.replaced === null) {
        return refusal({ status: 409, code: "NO_OTHER_DELIVERY", message: "There is no other" });
      }
      state.replaced = null;
      state.directFile = null;
      return start({ container: "dash", seek_position: body["position"] });
    }
    const replaced_by = state.replaced === null ? null : { reason: state.replaced };
    const progress = { percent: 50, speed: 3.2, segments_ready: 6, segments_total: 12 };
    return Response.json({ id: session, status: "active", progress, replaced_by });
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    fetch: async (request) => {
      const url = new URL(request.url);
      const object = new RegExp(`^/api/v1/content/${hash}/(.+)$`).exec(url.pathname)?.[1];
      if (object !== undefined) {
        objects.push(object);
        return content(join(contentFolder, object), request);
      }
      if (url.pathname.startsWith("/api/")) return api(request, url);
      return (await page.respond(request)) ?? new Response(null, { status: 404 });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    state,
    calls,
    objects,
    emit: (type, data) => {
      for (const sink of listeners) {
        sink.enqueue(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
      }
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

type EventSink = ReadableStreamDefaultController<string>;

function eventStream(listeners: Set<EventSink>): ReadableStream<string> {
  let sink: EventSink | undefined;
  return new ReadableStream<string>({
    start: (out) => {
      sink = out;
      listeners.add(out);
      out.enqueue(": hello\n\n");
    },
    cancel: () => {
      if (sink) listeners.delete(sink);
    },
  });
}

const types: Readonly<Record<string, string>> = {
  mpd: "application/dash+xml",
  m3u8: "application/vnd.apple.mpegurl",
  mp4: "video/mp4",
  m4s: "video/iso.segment",
};

async function content(path: string, request: Request): Promise<Response> {
  const file = Bun.file(path);
  if (!(await file.exists())) return new Response(null, { status: 404 });
  const type = types[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  const bytes = await file.bytes();
  const headers = { "Content-Type": type, "Accept-Ranges": "bytes" };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (range === null) return new Response(bytes, { headers });
  const [from, end] = [Number(range[1]), range[2] ? Number(range[2]) + 1 : bytes.length];
  const part = `bytes ${from}-${end - 1}/${bytes.length}`;
  return new Response(bytes.slice(from, end), {
    status: 206,
    headers: { ...headers, "Content-Range": part },
  });
}

function notFound(code: string) {
  return { status: 404, code, message: "There is nothing here" };
}

function refusal(failure: { status: number; code: string; message: string }): Response {
  const { code, message } = failure;
  return Response.json({ error: { code, message, request_id: "r1" } }, { status: failure.status });
}

/** A picture a browser takes. */
function posterResponse(): Response {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"><rect width="16" height="9" fill="#357"/></svg>';
  return new Response(svg, { headers: { "Content-Type": "image/svg+xml" } });
}
