import { createApi } from "../../src/api/create-api.ts";
import type { ApiApp } from "../../src/api/api-app.ts";
import { createContentService } from "../../src/content/content-service.ts";
import type { ApiServices, FileBytes, ServerEvent } from "../../src/api/services.ts";
import { setPluginEnabled } from "../../src/db/plugins.ts";
import { builtInProviders, fallbackProvider } from "../../src/plugin/built-in.ts";
import { createProviderRegistry } from "../../src/provider/provider-registry.ts";
import { insertLibrary, listLibraries } from "../../src/db/libraries.ts";
import { listMediaFiles } from "../../src/db/media-file-list.ts";
import { setWatched } from "../../src/db/viewings.ts";
import { getMediaFile } from "../../src/db/media-files.ts";
import { createCollection } from "../../src/library/collection.ts";
import type { ScanRow } from "../../src/db/scans.ts";
import { albums, mediaFiles, series } from "../../src/db/schema.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createJobRecords } from "../../src/prewarm/database-ports.ts";
import { createPrewarmJobs, type PrewarmJobs } from "../../src/prewarm/prewarm-jobs.ts";
import { canonicalPlan } from "../../src/rendition/plan.ts";
import { addTestLibrary, quietLog } from "../db/open-test-database.ts";
import { pluginServiceOf } from "../support/plugin-service.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { createPlaybackRig, sampleFile, type PlaybackRig } from "../playback/playback-rig.ts";
import { createFakePrewarm, type FakePrewarm } from "../prewarm/fake-prewarm.ts";
import { sampleSource, sampleSubtitle } from "../playback/sample-source.ts";

export interface ApiRig extends AsyncDisposable, Omit<PlaybackRig, "log"> {
  readonly app: ApiApp;
  readonly jobs: PrewarmJobs;
  readonly prewarm: FakePrewarm;
  /** Files that can be opened, by path. */
  readonly contents: Map<string, string>;
  readonly stop: AbortController;
  readonly listeners: Set<(event: ServerEvent) => void>;
  readonly log: string[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  put(path: string, body: unknown): Promise<Response>;
  /** Where the configuration of plugins is kept. */
  readonly pluginsFolder: string;
}

const scan: ScanRow = {
  id: "scan-1",
  libraryId: "films",
  status: "running",
  found: 5,
  added: 4,
  updated: 0,
  moved: 0,
  removed: 0,
  failed: 1,
  currentPath: "/films/a.mkv",
  startedAt: 1_700_000_000_000,
  finishedAt: null,
  error: null,
};

/** The control API over real playback and a real database with one library and one film. */
export async function createApiRig(overrides: Partial<ApiServices> = {}): Promise<ApiRig> {
  const rig = await createPlaybackRig();
  const { db, playback, pipeline } = rig;
  await addTestLibrary(db, { id: "films" });
  await insertFilm(rig);
  const log: string[] = [];
  const contents = new Map([[sampleFile.path, "0123456789"]]);
  const stop = new AbortController();
  const listeners: ApiRig["listeners"] = new Set();
  const existing = async (id: string): Promise<void> => {
    const found = (await listLibraries(db)).some((library) => library.id === id);
    if (!found) throw new ViewraError("LIBRARY_NOT_FOUND");
  };
  const providers = createProviderRegistry({
    ...{ providers: builtInProviders, fallback: fallbackProvider },
  });
  const prewarm = createFakePrewarm();
  const jobs = createPrewarmJobs({
    ...{ titles: playback, pipeline: prewarm, records: createJobRecords(db), log: quietLog(log) },
    now: () => Date.now(),
    emit: () => undefined,
  });
  await jobs.open([]);
  const folder = await createTempFolder("api");
  const app = createApi({
    playback,
    jobs,
    plugins: pluginServiceOf(folder.path, {
      providers,
      readMachine: async () => ({
        ...{
          filters: new Set<string>(),
          encoders: new Set(["libx264", "h264_nvenc", "hevc_nvenc"]),
          renderNodes: [],
        },
        nvidiaCards: [{ path: "/dev/nvidia0", index: 0, isOpen: true }],
      }),
      tryDevice: async (_provider, _device, codec) =>
        codec === "h264" ? { ok: true } : { ok: false, reason: `The card writes no ${codec}` },
      save: (id, isEnabled) => setPluginEnabled(db, id, isEnabled),
    }),
    library: {
      libraries: () => listLibraries(db),
      addLibrary: async ({ path, type, name = "New" }) => {
        if (path === "/films") throw new ViewraError("LIBRARY_EXISTS");
        const row = { id: crypto.randomUUID(), path, type, name, createdAt: 2 };
        await insertLibrary(db, row);
        return row;
      },
      removeLibrary: existing,
      startScan: async (id) => {
        await existing(id);
        return scan.id;
      },
      getScan: async (id) => {
        if (id !== scan.id) throw new ViewraError("SCAN_NOT_FOUND");
        return scan;
      },
      listFiles: (query) => listMediaFiles(db, query),
      getFile: async (id) => {
        const file = await getMediaFile(db, id);
        if (file === undefined) throw new ViewraError("MEDIA_NOT_FOUND");
        return file;
      },
      setWatched: async (id, isWatched) => {
        const file = await getMediaFile(db, id);
        if (file === undefined) throw new ViewraError("MEDIA_NOT_FOUND");
        await setWatched(db, file.id, isWatched ? Date.now() : null);
      },
    },
    collection: createCollection(db),
    content: createContentService({
      store: memoryStore(pipeline.published),
      knowledge: async () => ({ films: 1, libraries: ["Films"], unscanned: [] }),
      wasPlayed: async () => true,
      lastPlayedAt: async () => Date.now(),
      isKnownFilm: async (fingerprint) => fingerprint === sampleSource.fingerprint,
      filesWith: async (fingerprint) => (fingerprint === sampleSource.fingerprint ? ["film"] : []),
      fingerprintOf: async (id) => (await getMediaFile(db, id))?.fingerprint ?? null,
      contentsOf: async () => [...pipeline.published.keys()],
      isWatched: (hash) => (pipeline.viewers.get(hash) ?? 0) > 0,
      release: async (hash) => playback.forgetContent(hash),
    }),
    contentBaseUrl: "/api/v1/content",
    openFile: async (path) => fileBytes(contents.get(path)),
    artwork: async (id, { kind }) => {
      const bytes = fileBytes(id === "film" ? "a picture" : undefined);
      if (bytes === null) throw new ViewraError("MEDIA_NOT_FOUND");
      if (kind === "fanart") throw new ViewraError("ARTWORK_NOT_FOUND");
      return { bytes, mediaType: "image/webp" };
    },
    segments: async () => [{ kind: "intro", start: 12.5, end: 60 }],
    fonts: async () => {
      const bytes = fileBytes("a font");
      return bytes === null ? [] : [{ name: "a.ttf", bytes }];
    },
    subtitles: async (id, track) => {
      if (id !== "film") throw new ViewraError("MEDIA_NOT_FOUND");
      if (track !== 3) throw new ViewraError("SUBTITLES_NOT_FOUND");
      const event = { startMs: 11_000, endMs: 12_500, fields: "0,0,Default,,0,0,0,,Hi" };
      const cue = { startMs: 11_000, endMs: 12_500, markup: "Hi", settings: "" };
      return { header: "", events: [event], cues: [cue], zeroMs: 10_000 };
    },
    health: () => ({ status: "ok", uptime: 1.5, checks: { ffmpeg: { ok: true } } }),
    metrics: { contentType: "text/plain; version=0.0.4", render: async () => "viewra_up 1\n" },
    events: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    version: "1.2.3",
    log: quietLog(log),
    stopping: stop.signal,
    ...overrides,
  });
  return {
    ...rig,
    app,
    jobs,
    prewarm,
    contents,
    stop,
    listeners,
    log,
    get: async (path, headers = {}) => app.request(path, { headers }),
    post: async (path, body, headers = {}) =>
      app.request(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    put: async (path, body) =>
      app.request(path, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    pluginsFolder: folder.path,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await jobs.close();
      await folder[Symbol.asyncDispose]();
      await rig[Symbol.asyncDispose]();
    },
  };
}

function fileBytes(text: string | undefined): FileBytes | null {
  if (text === undefined) return null;
  const blob = new Blob([text]);
  const modifiedMs = sampleFile.modifiedMs;
  return { sizeBytes: blob.size, modifiedMs, slice: (start, end) => blob.slice(start, end) };
}

/** The part of a content store that the API reads, over the plans that were published. */
function memoryStore(
  published: PlaybackRig["pipeline"]["published"],
): Parameters<typeof createContentService>[0]["store"] {
  const plan = (hash: string): string | null => {
    const found = published.get(hash);
    return found === undefined ? null : canonicalPlan(found);
  };
  const names = [
    "plan.json",
    "manifest.mpd",
    "v240/init.mp4",
    "v240/1.m4s",
    "v240/2.m4s",
    "a1/1.m4s",
  ];
  const records = new Map(names.map((name) => [name, { name, sizeBytes: 100, sha256: "" }]));
  return {
    plan: async (hash) => plan(hash),
    list: async (hash) => (published.has(hash) ? records : new Map()),
    stats: async () => ({
      contents: published.size,
      objects: published.size * records.size,
      bytes: published.size * 600,
      freeBytes: 1e9,
    }),
    delete: async (hash) => published.delete(hash),
    async *verify(hash) {
      for (const each of published.keys()) {
        if (hash !== undefined && hash !== each) continue;
        yield { hash: each, name: "v240/2.m4s", reason: "digest" };
      }
    },
    discard: async (_hash, name) => void records.delete(name),
    async *contents() {
      for (const hash of published.keys()) yield { hash, objects: records.size, bytes: 600 };
    },
  };
}

async function insertFilm({ db }: PlaybackRig): Promise<void> {
  const source = {
    ...sampleSource,
    subtitles: [sampleSubtitle],
    truncated: { declaredDurationSeconds: 90 },
    // A file whose clock begins elsewhere.
    startTimeSeconds: 10,
    chapters: [
      { startSeconds: 10, endSeconds: 30.5, title: "One <b>" },
      { startSeconds: 30.5, endSeconds: 70, title: null },
    ],
  };
  await db.write(async (queries) => {
    await queries.insert(series).values({
      ...{ id: "show", libraryId: "films", key: "show", title: "Show", sortTitle: "show" },
      ...{ searchText: "show", year: 2004, facts: "{}", nfo: "" },
    });
    await queries.insert(albums).values({
      ...{ id: "record", libraryId: "films", key: "record", title: "Record", sortTitle: "record" },
      ...{ searchText: "record", artist: "Band", year: 1999 },
    });
    await queries.insert(mediaFiles).values({
      id: "film",
      libraryId: "films",
      path: sampleFile.path,
      title: "Film",
      sortTitle: "film",
      searchText: "film",
      mediaType: "movie",
      metadata: JSON.stringify(source),
      metadataVersion: 1,
      duration: 60,
      fileSize: 10,
      mtimeMs: sampleFile.modifiedMs,
      fingerprint: source.fingerprint,
      container: source.container,
      status: "ready",
      naming: JSON.stringify({ season: 1, episode: 2, version: "1080p" }),
      seriesId: "show",
      episodeFrom: "1.1",
      episodeTo: "1.1",
      albumId: "record",
      albumPlace: "1.1",
      addedAt: 1_600_000_000_000,
      updatedAt: 1_600_000_000_000,
    });
  });
}
