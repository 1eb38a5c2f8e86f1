import { expect, test } from "bun:test";
import { createApiRig, type ApiRig } from "./api-rig.ts";
import { validateJson } from "./json-schema.ts";

type Json = Record<string, unknown>;

interface Call {
  readonly route: string;
  readonly status: number;
  readonly send: (rig: ApiRig, ids: Ids) => Promise<Response>;
}

interface Ids {
  readonly session: string;
  readonly hash: string;
}

const get =
  (path: (ids: Ids) => string, headers?: Record<string, string>): Call["send"] =>
  (rig, ids) =>
    rig.get(path(ids), headers);
const post =
  (path: (ids: Ids) => string, body: (ids: Ids) => unknown): Call["send"] =>
  (rig, ids) =>
    rig.post(path(ids), body(ids));
const remove =
  (path: (ids: Ids) => string): Call["send"] =>
  async (rig, ids) =>
    rig.app.request(path(ids), { method: "DELETE" });
const film = () => ({ media_file_id: "film" });

const prewarmed = async (rig: ApiRig): Promise<string> =>
  (
    await rig.jobs.submit({
      ...{ mediaFileId: "film", device: {}, fromSeconds: 0, toSeconds: null },
    })
  ).id;

/** A call of every route, and of most ways it can refuse. */
const calls: readonly Call[] = [
  { route: "post /api/playback/start", status: 200, send: post(() => "/api/playback/start", film) },
  {
    route: "post /api/playback/start",
    status: 404,
    send: post(
      () => "/api/playback/start",
      () => ({ media_file_id: "none" }),
    ),
  },
  {
    route: "post /api/playback/start",
    status: 400,
    send: post(
      () => "/api/playback/start",
      () => ({ ...film(), quality: "best" }),
    ),
  },
  {
    route: "post /api/playback/decide",
    status: 200,
    send: post(() => "/api/playback/decide", film),
  },
  {
    route: "post /api/playback/seek-ahead",
    status: 200,
    send: post(
      () => "/api/playback/seek-ahead",
      ({ session }) => ({ session_id: session, seek_position: 10 }),
    ),
  },
  { route: "get /api/v1/plugins", status: 200, send: get(() => "/api/v1/plugins") },
  {
    route: "get /api/v1/plugins/{id}",
    status: 200,
    send: get(() => "/api/v1/plugins/ffmpeg_qsv"),
  },
  { route: "get /api/v1/plugins/{id}", status: 404, send: get(() => "/api/v1/plugins/none") },
  {
    route: "get /api/v1/plugins/{id}/config",
    status: 200,
    send: get(() => "/api/v1/plugins/ffmpeg_vaapi/config"),
  },
  {
    route: "get /api/v1/plugins/{id}/config",
    status: 404,
    send: get(() => "/api/v1/plugins/none/config"),
  },
  ...[
    { status: 200, id: "ffmpeg_vaapi", values: { low_power: "on" } },
    { status: 400, id: "ffmpeg_vaapi", values: { low_power: 3 } },
    { status: 404, id: "none", values: {} },
  ].map(({ status, id, values }): Call => ({
    ...{ route: "put /api/v1/plugins/{id}/config", status },
    send: (rig) => rig.put(`/api/v1/plugins/${id}/config`, values),
  })),
  ...["probe", "enable", "disable"].flatMap((action) => [
    {
      route: `post /api/v1/plugins/{id}/${action}`,
      status: 200,
      send: post(
        () => `/api/v1/plugins/ffmpeg_nvidia/${action}`,
        () => undefined,
      ),
    },
    {
      route: `post /api/v1/plugins/{id}/${action}`,
      status: 404,
      send: post(
        () => `/api/v1/plugins/none/${action}`,
        () => undefined,
      ),
    },
  ]),
  {
    route: "post /api/v1/plugins/{id}/disable",
    status: 409,
    send: post(
      () => "/api/v1/plugins/ffmpeg_software/disable",
      () => undefined,
    ),
  },
  {
    route: "post /api/v1/prewarm",
    status: 202,
    send: post(
      () => "/api/v1/prewarm",
      () => ({ ...film(), from: 1, to: 20 }),
    ),
  },
  {
    route: "post /api/v1/prewarm",
    status: 400,
    send: post(
      () => "/api/v1/prewarm",
      () => ({ ...film(), from: 20, to: 20 }),
    ),
  },
  {
    route: "post /api/v1/prewarm",
    status: 404,
    send: post(
      () => "/api/v1/prewarm",
      () => ({ media_file_id: "none" }),
    ),
  },
  {
    route: "get /api/v1/jobs",
    status: 200,
    send: async (rig) => {
      await rig.post("/api/v1/prewarm", film());
      return rig.get("/api/v1/jobs?status=running&limit=5");
    },
  },
  { route: "get /api/v1/jobs", status: 400, send: get(() => "/api/v1/jobs?limit=0") },
  {
    route: "get /api/v1/jobs/{id}",
    status: 200,
    send: async (rig) => rig.get(`/api/v1/jobs/${await prewarmed(rig)}`),
  },
  { route: "get /api/v1/jobs/{id}", status: 404, send: get(() => "/api/v1/jobs/none") },
  {
    route: "delete /api/v1/jobs/{id}",
    status: 204,
    send: async (rig) =>
      rig.app.request(`/api/v1/jobs/${await prewarmed(rig)}`, { method: "DELETE" }),
  },
  {
    route: "delete /api/v1/jobs/{id}",
    status: 404,
    send: remove(() => "/api/v1/jobs/none"),
  },
  { route: "get /api/playback/sessions", status: 200, send: get(() => "/api/playback/sessions") },
  {
    route: "get /api/playback/session/{id}",
    status: 200,
    send: get(({ session }) => `/api/playback/session/${session}`),
  },
  {
    route: "get /api/playback/session/{id}",
    status: 404,
    send: get(() => "/api/playback/session/none"),
  },
  {
    route: "post /api/playback/session/{id}/progress",
    status: 200,
    send: post(
      ({ session }) => `/api/playback/session/${session}/progress`,
      () => ({ position: 4.5, state: "paused", quality: "720p", buffer: 12 }),
    ),
  },
  {
    route: "post /api/playback/session/{id}/failure",
    status: 409,
    send: post(
      ({ session }) => `/api/playback/session/${session}/failure`,
      () => ({ position: 4.5, reason: "MEDIA_ERR_DECODE" }),
    ),
  },
  {
    route: "post /api/playback/session/{id}/failure",
    status: 200,
    send: async (rig) => {
      const started = await rig.playback.start({ mediaFileId: "film" });
      const plan = rig.pipeline.published.get(started.contentHash);
      if (plan === undefined) throw new Error("nothing was published");
      const by = { hash: "b".repeat(64), plan };
      rig.playback.contentReplaced({ hash: started.contentHash, by, reason: "made anew" });
      return rig.post(`/api/playback/session/${started.id}/failure`, { position: 4.5 });
    },
  },
  { route: "get /api/playback/stats", status: 200, send: get(() => "/api/playback/stats") },
  { route: "get /api/playback/health", status: 200, send: get(() => "/api/playback/health") },
  {
    route: "get /api/playback/stream/{session_id}/*",
    status: 307,
    send: get(({ session }) => `/api/playback/stream/${session}/v720/1.m4s`),
  },
  {
    route: "delete /api/playback/session/{id}",
    status: 204,
    send: remove(({ session }) => `/api/playback/session/${session}`),
  },
  { route: "get /api/media/libraries", status: 200, send: get(() => "/api/media/libraries") },
  {
    route: "post /api/media/libraries",
    status: 201,
    send: post(
      () => "/api/media/libraries",
      () => ({ path: "/more", type: "tv" }),
    ),
  },
  {
    route: "post /api/media/libraries",
    status: 409,
    send: post(
      () => "/api/media/libraries",
      () => ({ path: "/films", type: "movie", name: "Again" }),
    ),
  },
  {
    route: "delete /api/media/libraries/{id}",
    status: 204,
    send: remove(() => "/api/media/libraries/films"),
  },
  {
    route: "post /api/media/libraries/{id}/scan",
    status: 202,
    send: async (rig) => rig.app.request("/api/media/libraries/films/scan", { method: "POST" }),
  },
  { route: "get /api/media/scans/{id}", status: 200, send: get(() => "/api/media/scans/scan-1") },
  { route: "get /api/media/scans/{id}", status: 404, send: get(() => "/api/media/scans/scan-2") },
  {
    route: "get /api/media/files",
    status: 200,
    send: get(
      () => "/api/media/files?q=film&library_id=films&type=movie&watched=false&sort=added&limit=5",
    ),
  },
  {
    route: "get /api/media/files",
    status: 400,
    send: get(() => "/api/media/files?cursor=nonsense"),
  },
  { route: "get /api/media/files/{id}", status: 200, send: get(() => "/api/media/files/film") },
  { route: "get /api/media/files/{id}", status: 404, send: get(() => "/api/media/files/none") },
  { route: "get /api/media/albums", status: 200, send: get(() => "/api/media/albums?q=record") },
  { route: "get /api/media/albums", status: 400, send: get(() => "/api/media/albums?sort=year") },
  { route: "get /api/media/albums", status: 400, send: get(() => "/api/media/albums?cursor=x") },
  { route: "get /api/media/albums/{id}", status: 200, send: get(() => "/api/media/albums/record") },
  { route: "get /api/media/albums/{id}", status: 404, send: get(() => "/api/media/albums/none") },
  { route: "get /api/media/series", status: 200, send: get(() => "/api/media/series?q=show") },
  { route: "get /api/media/series", status: 400, send: get(() => "/api/media/series?sort=year") },
  { route: "get /api/media/series", status: 400, send: get(() => "/api/media/series?cursor=x") },
  { route: "get /api/media/series/{id}", status: 200, send: get(() => "/api/media/series/show") },
  { route: "get /api/media/series/{id}", status: 404, send: get(() => "/api/media/series/none") },
  {
    route: "put /api/media/files/{id}/watched",
    status: 204,
    send: async (rig) => rig.app.request("/api/media/files/film/watched", { method: "PUT" }),
  },
  {
    route: "put /api/media/files/{id}/watched",
    status: 404,
    send: async (rig) => rig.app.request("/api/media/files/none/watched", { method: "PUT" }),
  },
  {
    route: "delete /api/media/files/{id}/watched",
    status: 204,
    send: async (rig) => rig.app.request("/api/media/files/film/watched", { method: "DELETE" }),
  },
  {
    route: "delete /api/media/files/{id}/watched",
    status: 404,
    send: async (rig) => rig.app.request("/api/media/files/none/watched", { method: "DELETE" }),
  },
  {
    route: "get /api/media/files/{id}/chapters.vtt",
    status: 200,
    send: get(() => "/api/media/files/film/chapters.vtt"),
  },
  {
    route: "get /api/media/files/{id}/chapters.vtt",
    status: 404,
    send: get(() => "/api/media/files/none/chapters.vtt"),
  },
  ...["vtt", "srt", "ass"].map((notation) => ({
    route: "get /api/media/files/{id}/subtitles/{file}",
    status: 200,
    send: get(() => `/api/media/files/film/subtitles/3.${notation}`),
  })),
  {
    route: "get /api/media/files/{id}/subtitles/{file}",
    status: 404,
    send: get(() => "/api/media/files/film/subtitles/4.vtt"),
  },
  {
    route: "get /api/media/files/{id}/subtitles/{file}",
    status: 400,
    send: get(() => "/api/media/files/film/subtitles/3.doc"),
  },
  {
    route: "get /api/media/files/{id}/fonts",
    status: 200,
    send: get(() => "/api/media/files/film/fonts"),
  },
  {
    route: "get /api/media/files/{id}/fonts/{index}",
    status: 200,
    send: get(() => "/api/media/files/film/fonts/0"),
  },
  {
    route: "get /api/media/files/{id}/fonts/{index}",
    status: 404,
    send: get(() => "/api/media/files/film/fonts/1"),
  },
  {
    route: "get /api/media/files/{id}/poster",
    status: 200,
    send: get(() => "/api/media/files/film/poster"),
  },
  {
    route: "get /api/media/files/{id}/poster",
    status: 400,
    send: get(() => "/api/media/files/film/poster?width=wide"),
  },
  {
    route: "get /api/media/files/{id}/fanart",
    status: 404,
    send: get(() => "/api/media/files/film/fanart?width=1000"),
  },
  {
    route: "get /api/media/files/{id}/poster",
    status: 404,
    send: get(() => "/api/media/files/none/poster"),
  },
  {
    route: "get /api/media/files/{id}/stream",
    status: 200,
    send: get(() => "/api/media/files/film/stream"),
  },
  {
    route: "get /api/media/files/{id}/stream",
    status: 206,
    send: get(() => "/api/media/files/film/stream", { Range: "bytes=2-4" }),
  },
  {
    route: "get /api/media/files/{id}/stream",
    status: 416,
    send: get(() => "/api/media/files/film/stream", { Range: "bytes=10-" }),
  },
  {
    route: "get /api/v1/content/{hash}/info",
    status: 200,
    send: get(({ hash }) => `/api/v1/content/${hash}/info`),
  },
  {
    route: "get /api/v1/content/{hash}/info",
    status: 404,
    send: get(() => `/api/v1/content/${"0".repeat(64)}/info`),
  },
  {
    route: "get /api/v1/content/by-media/{media_file_id}",
    status: 200,
    send: get(() => "/api/v1/content/by-media/film"),
  },
  { route: "get /api/v1/content/stats", status: 200, send: get(() => "/api/v1/content/stats") },
  {
    route: "post /api/v1/content/verify",
    status: 200,
    send: post(
      () => "/api/v1/content/verify",
      ({ hash }) => ({ content_hash: hash, repair: true }),
    ),
  },
  {
    route: "post /api/v1/content/cleanup",
    status: 200,
    send: async (rig) => rig.app.request("/api/v1/content/cleanup", { method: "POST" }),
  },
  {
    route: "post /api/v1/content/collect",
    status: 200,
    send: post(
      () => "/api/v1/content/collect",
      () => ({ unknown: true }),
    ),
  },
  {
    route: "delete /api/v1/content/{hash}",
    status: 204,
    send: remove(({ hash }) => `/api/v1/content/${hash}`),
  },
  { route: "get /api/health", status: 200, send: get(() => "/api/health") },
  { route: "get /metrics", status: 200, send: get(() => "/metrics") },
  {
    route: "get /api/events",
    status: 200,
    send: async (rig) => {
      const response = await rig.get("/api/events");
      rig.stop.abort();
      return response;
    },
  },
];

/** They describe the rest and are not described themselves. */
const undescribed = new Set(["get /api/openapi.json", "get /api/docs"]);

async function documentOf(rig: ApiRig): Promise<Json> {
  const response = await rig.get("/api/openapi.json");
  expect(response.status).toBe(200);
  return record(await response.json());
}

test("every route is in the document, and every route of the document is called here", async () => {
  await using rig = await createApiRig();
  const described = Object.entries(record((await documentOf(rig))["paths"])).flatMap(
    ([path, methods]) => Object.keys(record(methods)).map((method) => `${method} ${path}`),
  );
  const routed = rig.app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const unique = new Set(routed.filter((route) => !undescribed.has(route)));
  expect(described.toSorted()).toEqual([...unique].toSorted());
  expect([...new Set(calls.map(({ route }) => route))].toSorted()).toEqual(described.toSorted());
});

test.each(calls.map((call) => [call.route, call.status, call] as const))(
  "%s answers %p with what the document says",
  async (route, status, { send }) => {
    await using rig = await createApiRig();
    const document = await documentOf(rig);
    const started = await rig.playback.start({ mediaFileId: "film" });
    const response = await send(rig, { session: started.id, hash: started.contentHash });
    expect(response.status).toBe(status);
    const [method = "", path = ""] = route.split(" ");
    const operation = record(record(record(document["paths"])[path])[method]);
    const described = record(operation["responses"])[String(status)];
    expect(described, `${status} is not described`).toBeDefined();
    const content = record(record(described)["content"]);
    const type = response.headers.get("Content-Type")?.split(";")[0] ?? "";
    const schema = record(content["application/json"])["schema"];
    if (schema === undefined) return;
    expect(type).toBe("application/json");
    expect(validateJson(schema, await response.json(), document)).toEqual([]);
  },
);

test("what the document says of requests is what is taken", async () => {
  await using rig = await createApiRig();
  const document = await documentOf(rig);
  const schema = { $ref: "#/components/schemas/PlaybackRequest" };
  const bodies = [
    { media_file_id: "film" },
    { media_file_id: "film", container: "hls", seek_position: 1.5, audio_track: 1 },
    { media_file_id: "film", device_profile: { max_resolution: "4k", supported_codecs: ["h264"] } },
    { media_file_id: "film", device_profile: { max_resolution: "huge" } },
    ...[
      { content_type: 'video/mp4; codecs="hvc1.2.4.L153.B0"', height: 2160, supported: true },
      { content_type: "video/mp4", hdr: "hdr10", framerate: 23.976, supported: false },
      { content_type: "video/mp4" },
      { content_type: "video/mp4", supported: "yes" },
      { content_type: "video/mp4", supported: true, hdr: "dolby" },
      { content_type: "video/mp4", supported: true, width: 0 },
      { content_type: "video/mp4", supported: true, surprise: 1 },
    ].map((capability) => ({
      media_file_id: "film",
      device_profile: { media_capabilities: [capability] },
    })),
    { media_file_id: "film", device_profile: { colour: true } },
    { media_file_id: "film", container: "mkv" },
    { media_file_id: "film", seek_position: -1 },
    { media_file_id: "film", seek_position: "1" },
    { media_file_id: "film", surprise: 1 },
    { media_file_id: 7 },
    {},
    [],
  ];
  for (const body of bodies) {
    const isTaken = (await rig.post("/api/playback/start", body)).status === 200;
    const isDescribed = validateJson(schema, body, document).length === 0;
    expect([body, isTaken]).toEqual([body, isDescribed]);
  }
});

test("the page at /api/docs tells every route and asks nobody else for anything", async () => {
  await using rig = await createApiRig();
  const response = await rig.get("/api/docs");
  const page = await response.text();
  for (const { route } of calls) {
    const [method = "", path = ""] = route.split(" ");
    expect(page).toContain(`>${method.toUpperCase()}</b> <code>${path}</code>`);
  }
  expect(page).not.toMatch(/<script|<link|<img|https?:\/\/|url\(/i);
  expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
});

function record(value: unknown): Json {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
