import { hostname } from "node:os";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { createApi } from "../api/create-api.ts";
import { scanBody } from "../api/library-body.ts";
import type { Health } from "../api/services.ts";
import type { Config } from "../config/config.ts";
import { createScrubPositionFile } from "../content/scrub-position.ts";
import { startScrub } from "../content/scrub.ts";
import { titleOfFilm } from "../db/media-files.ts";
import { openDatabase } from "../db/database.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { createArtwork } from "../library/artwork/artwork.ts";
import { createCollection } from "../library/collection.ts";
import { createLibrary, type Library } from "../library/create-library.ts";
import { createDirectFiles } from "../library/direct-files.ts";
import { createSideTexts } from "../library/side-texts.ts";
import { createReach } from "../library/reach.ts";
import type { Logger } from "../log/logger.ts";
import { createOrigin } from "../origin/origin.ts";
import { createPipeline } from "../pipeline/create-pipeline.ts";
import { runLimits } from "../pipeline/run-limits.ts";
import { createPlayback } from "../playback/create-playback.ts";
import { createPlaybackFiles, createSessionRecords } from "../playback/database-ports.ts";
import { createSystemClock } from "../playback/system-clock.ts";
import { raiseOwnPriority } from "../process/priority.ts";
import { createScheduler } from "../schedule/scheduler.ts";
import { createWebPage } from "./web-page.ts";
import { createContentAccess } from "./content-access.ts";
import { takeDataFolder } from "./data-folder.ts";
import { startEncodingSpeeds } from "./encoding-speeds.ts";
import { planWithout } from "../rendition/encode/plan-without.ts";
import { startProviderProbing } from "./provider-probing.ts";
import { createEngine } from "./engine.ts";
import { createEvents } from "./events.ts";
import { createSegmentAccess, startIntroFinding } from "./intro-finding.ts";
import { createCutMemory, startFilmIndexing } from "./film-indexing.ts";
import { createHostGuard, isLoopback } from "./host-guard.ts";
import { listen } from "./http-server.ts";
import { openPlugins } from "./plugins.ts";
import { createMemoryWatch } from "./memory-watch.ts";
import { createMetrics } from "./metrics.ts";
import { createArtworkAccess } from "./artwork-access.ts";
import { createFontAccess } from "./font-access.ts";
import { createMediaStat, openMediaFile } from "./open-media-file.ts";
import { openStore } from "./open-store.ts";
import {
  createDescriptionCache,
  createEncodedPlanner,
  createFailureRecord,
  createSessionsKept,
  createSourceLocator,
} from "./pipeline-ports.ts";
import { createFilmReach, withSideTexts } from "./reachable-film.ts";
import { createPrewarming } from "./prewarming.ts";
import { createPipelineObserver } from "./pipeline-observer.ts";
import { shutdownStack } from "./shutdown-stack.ts";
import { createSubtitleAccess } from "./subtitle-access.ts";
import { startTracing, type TracedHandlers } from "./tracing/tracing.ts";
import { remedies, type Tools } from "./tools.ts";
import { refusesWriting } from "./unusable-folder.ts";
import { version } from "./version.ts";

export interface ServerApp {
  readonly url: URL;
  /** No new work, running requests end, children end, the database is closed. Idempotent. */
  stop(): Promise<void>;
}

/** How long a request waits for a segment: under the patience of players and CDNs. */
const ensureTimeoutSeconds = 25;
/** Segments that one address may wait for at once: a household, or a proxy with its viewers. */
const maxWaitsPerClient = 1000;
/** Below this the store counts as full for the health check. */
const lowDiskBytes = 256 * 1024 * 1024;
/** The slow round through the store: 350 GB a day of idle time, and what rots waits a week at most. */
const scrubbing = { bytesPerSecond: 4e6, delayMs: 60_000, roundMs: 7 * 24 * 3_600_000 } as const;

/** Constructs the server and starts it, part by part; a part that fails takes down what stood before it. */
export async function startServer(config: Config, log: Logger): Promise<ServerApp> {
  const startedAt = Date.now();
  const stopping = new AbortController();
  const onStop = shutdownStack(log);
  try {
    const dataFolder = await takeDataFolder(config.dataDir);
    onStop("data folder", async () => dataFolder.release());
    const tracing = await startTracing(config.tracing, log);
    if (tracing !== null) onStop("traces", () => tracing.stop());
    const db = await openDatabase({
      url: config.databaseUrl,
      authToken: config.databaseAuthToken,
      log,
    });
    onStop("database", () => db.close());
    const engine = await createEngine(config, log, createCutMemory(db));
    onStop("children", () => engine.close());
    logMissing(engine.tools, log);
    const store = openStore(config, log);
    onStop("store", () => store.close());
    const events = createEvents();
    const reach = createReach(db, [...config.browseRoots, ...config.libraryFolders]);
    const sides = createSideTexts((path) => reach.follow(path));
    const library = createLibrary({
      ...{ db, log, reach },
      prober: engine.prober,
      events: {
        scan: (scan) => {
          events.emit({ ...scanBody(scan), type: "scan", scan_id: scan.id });
          if (scan.finishedAt === null) return;
          indexing.wake();
          intros.wake();
        },
        filesChanged: (libraryId) => {
          events.emit({ type: "library", library_id: libraryId });
          indexing.wake();
          intros.wake();
        },
      },
    });
    onStop("library", () => library.close());
    const scheduler = createScheduler({
      ...runLimits(config.maxConcurrentTranscodes),
      maxWaitsPerClient,
      isMemoryShort: createMemoryWatch(),
      now: () => performance.now(),
    });
    const metrics = createMetrics({
      pipeline: () => pipeline.stats(),
      store: () => store.stats(),
      activeSessions: () => playback.stats().active,
      childProcesses: () => engine.runner.running,
    });
    const pipeline = createPipeline({
      ...{ store, log, scheduler, fill: config.fill, ensureTimeoutSeconds },
      ...{ packager: engine.packager, makers: engine.makers },
      toolVersions: engine.toolVersions,
      scratchDir: engine.scratchDir,
      slots: engine.slots,
      keptBy: createSessionsKept(engine.providers),
      cache: createDescriptionCache(db),
      failures: createFailureRecord(db),
      locate: createSourceLocator(db, library, sides),
      encodeInstead: createEncodedPlanner(db, library, sides, engine.providers.usable, config),
      planWithout: (plan, provider) => {
        engine.providers.failed(provider);
        return planWithout(
          plan,
          provider,
          engine.providers.usableAfter(provider),
          config.qualityPreset,
        );
      },
      maxAttempts: Math.max(1, config.maxRetries),
      observer: createPipelineObserver({
        ...{ metrics, events, tracing, log },
        replaced: (replacement) => playback.contentReplaced(replacement),
      }),
    });
    onStop("pipeline", () => pipeline.close());
    const indexing = startFilmIndexing({
      ...{ db, library, films: engine.films, providers: engine.providers.usable, config, log },
      isBusy: () => pipeline.stats().waiting > 0,
    });
    onStop("film indexing", () => indexing.close());
    const intros = startIntroFinding({
      ...{ db, log, follow: (path) => reach.follow(path) },
      tools: {
        ...{ runner: engine.runner, ffmpegPath: config.ffmpegPath },
        folder: join(config.cacheDir, "prints"),
      },
      isBusy: () => pipeline.stats().runsActive > 0,
    });
    onStop("intro finding", () => intros.close());
    const scrub = startScrub({
      ...{ store, log, ...scrubbing },
      position: createScrubPositionFile(join(config.contentStorePath, "scrub.json")),
      isIdle: () => pipeline.stats().runsActive === 0,
    });
    onStop("scrub", () => scrub.close());
    const { plugins, opened, ...opening } = await openPlugins(
      ...([engine, config, log, db] as const),
      () => speeds.wake(),
    );
    onStop("plugins", () => opening.close());
    const speeds = await startEncodingSpeeds({
      tools: { runner: engine.runner, ffmpegPath: config.ffmpegPath },
      ...{ providers: engine.providers, toolVersions: engine.toolVersions, log },
      ...{ codecs: config.pictureCodecs, usualQuality: config.qualityPreset },
      path: join(config.cacheDir, "encoding-speeds.json"),
      isBusy: () => pipeline.stats().runsActive > 0,
    });
    onStop("encoding speeds", () => speeds.close());
    const probing = startProviderProbing({
      ...{ engine, log, plugins: opened, onProbed: () => speeds.wake() },
      path: join(config.cacheDir, "devices.json"),
    });
    onStop("provider probing", () => probing.close());
    const playback = createPlayback({
      encodingSpeed: speeds.speed,
      ...{ pipeline, providers: engine.providers.usable, log },
      providerFailed: (id) => engine.providers.failed(id),
      films: indexing.givingWay(engine.films),
      files: createPlaybackFiles(db, createMediaStat(reach), sides),
      records: createSessionRecords(db),
      config: {
        contentBaseUrl: config.contentBaseUrl,
        maxSessions: config.maxSessions,
        segmentSeconds: config.segmentDurationSeconds,
        beginningSeconds: config.segmentBeginningSeconds,
        quality: config.qualityPreset,
        adaptive: config.enableAbr,
      },
      clock: createSystemClock(),
      emit: (event) => events.emit({ ...event }),
      observe: (stage, seconds) => {
        metrics.start(stage, seconds);
        tracing?.startStage(stage, seconds);
      },
    });
    await playback.open();
    onStop("sessions", () => playback.close());
    const prewarming = createPrewarming({
      ...{ db, store, playback, pipeline, events, log, config: config.prewarm },
    });
    const directFiles = createDirectFiles(db, reach);
    onStop("files given as they are", () => directFiles.close());
    const origin = createOrigin({
      ...{ store, log, openFile: (hash) => directFiles.open(hash) },
      titleOf: (fingerprint) => titleOfFilm(db, fingerprint),
      ensure: (hash, name, signal, client) => pipeline.ensure(hash, name, signal, client),
      observe: (from, status, hash, name, client) => {
        metrics.content(from === "nowhere" ? "absent" : from === "made" ? "miss" : "hit");
        if (status < 300 && from !== "made") pipeline.served(hash, name, client);
        tracing?.served(from);
      },
    });
    const artwork = createArtwork({
      runner: engine.runner,
      ffmpegPath: config.ffmpegPath,
      folder: join(config.cacheDir, "artwork"),
      follow: (path) => reach.follow(path),
    });
    const withTexts = withSideTexts(library, sides);
    const api = createApi({
      artwork: createArtworkAccess(createFilmReach(library, reach), artwork),
      segments: createSegmentAccess(db),
      fonts: createFontAccess(createFilmReach(library, reach)),
      subtitles: createSubtitleAccess(createFilmReach(withTexts, reach), engine.texts),
      ...{
        playback,
        plugins,
        jobs: prewarming.jobs,
        events,
        version,
        log,
        openFile: (path) => openMediaFile(reach, path),
      },
      library: withTexts,
      onRequest: (method, status, seconds) => metrics.request(method, status, seconds),
      collection: createCollection(db),
      contentBaseUrl: config.contentBaseUrl,
      content: createContentAccess({ db, store, library, pipeline, playback }),
      health: async () => {
        const [{ freeBytes }, working, storeRefusal, workingRefusal] = await Promise.all([
          store.stats(),
          // A folder that was cleared away is made again when it is needed.
          statfs(config.cacheDir).catch(() => null),
          refusesWriting(config.contentStorePath),
          refusesWriting(config.cacheDir),
        ]);
        const room = {
          store: { freeBytes, refusal: storeRefusal },
          working: working && {
            freeBytes: working.bavail * working.bsize,
            refusal: workingRefusal,
          },
        };
        return health(startedAt, engine.tools, room, plugins.problems());
      },
      metrics,
      stopping: stopping.signal,
    });
    const page = createWebPage({ contentOrigins: contentOrigins(config.contentBaseUrl) });
    raiseOwnPriority();
    const handlers: TracedHandlers = {
      origin: (request, client) => origin.handle(request, client),
      api: (request, client) => api.fetch(request, { client }),
    };
    const server = listen(
      config,
      {
        ...(tracing?.around(handlers) ?? handlers),
        guard: createHostGuard({
          ownNames: [config.host, hostname()],
          allowedHosts: config.allowedHosts,
        }),
        page: (request) => page.respond(request),
      },
      log,
    );
    onStop("listener", () => server.close(() => pipeline.close()));
    onStop("event streams", async () => stopping.abort());
    if (!isLoopback(config.host)) warnOfOpenDoor(server.url, log);
    await library.start();
    await scanAtStart(library, config.libraryFolders, log);
    // The listener's end is the pipeline's: jobs are put away before.
    onStop("prewarming", () => prewarming.close());
    await prewarming.open();
    log.info("listening", { url: server.url.href, version });
    return { url: server.url, stop: onStop.run };
  } catch (thrown) {
    await onStop.run();
    throw thrown;
  }
}

/** The server runs without them, but plays nothing; it must be told in time. */
function logMissing(tools: Tools, log: Logger): void {
  for (const name of ["ffmpeg", "ffprobe", "packager"] as const) {
    const tool = tools[name];
    if (tool.found) continue;
    const { path, reason } = tool;
    log.error(`${name} is missing: nothing can be encoded`, {
      ...{ path, reason, remedy: `${remedies[name]}, then start again` },
    });
  }
}

function warnOfOpenDoor(url: URL, log: Logger): void {
  log.warn("nobody is asked for a password: whoever reaches this address can do everything", {
    url: url.href,
    remedy:
      "listen on this machine alone (--host 127.0.0.1), or let nobody but people you trust reach it: a firewall, a VPN, or a proxy that asks who they are",
  });
}

/** Folders of the configuration become libraries; every library is looked through for what changed. */
async function scanAtStart(
  library: Library,
  folders: readonly string[],
  log: Logger,
): Promise<void> {
  for (const path of folders) {
    try {
      await library.addLibrary({ path, type: "video" });
    } catch (thrown) {
      if (!(thrown instanceof ViewraError)) throw thrown;
      if (thrown.code === "LIBRARY_EXISTS") continue;
      log.error("library folder left out until the next start", { path, reason: thrown.message });
    }
  }
  for (const { id } of await library.libraries()) await library.startScan(id);
}

interface Disk {
  readonly freeBytes: number;
  /** Why nothing can be written there; null where it can. */
  readonly refusal: string | null;
}

interface Room {
  readonly store: Disk;
  /** null where that cannot be told. */
  readonly working: Disk | null;
}

function health(
  startedAt: number,
  tools: Tools,
  room: Room,
  pluginProblems: readonly string[],
): Health {
  const disk = ({ freeBytes, refusal }: Disk) => ({
    ok: refusal === null && freeBytes > lowDiskBytes,
    message: refusal ?? `${freeBytes} bytes free`,
  });
  const tool = (found: Tools[keyof Tools]) =>
    found.found ? { ok: true, message: found.version } : { ok: false, message: found.reason };
  const checks = {
    ffmpeg: tool(tools.ffmpeg),
    ffprobe: tool(tools.ffprobe),
    packager: tool(tools.packager),
    store: disk(room.store),
    ...(room.working === null ? {} : { working_files: disk(room.working) }),
    ...(pluginProblems.length === 0
      ? {}
      : { plugins: { ok: false, message: pluginProblems.join("; ") } }),
  };
  const isWell = Object.values(checks).every(({ ok }) => ok);
  return { status: isWell ? "ok" : "degraded", uptime: (Date.now() - startedAt) / 1000, checks };
}

/** The origin of a CDN that content comes from; none where it is this server itself. */
function contentOrigins(baseUrl: string): string[] {
  return /^https?:/.test(baseUrl) ? [new URL(baseUrl).origin] : [];
}
