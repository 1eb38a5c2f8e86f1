import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Platform } from "../../src/config/data-folder.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";

const platform: Platform = { os: "linux", home: "/home/ann", cwd: "/work" };

function load(env: Record<string, string>, overrides = {}) {
  return loadConfig({ env, overrides, platform });
}

function failure(env: Record<string, string>, overrides = {}): ViewraError {
  try {
    load(env, overrides);
  } catch (thrown) {
    if (thrown instanceof ViewraError) return thrown;
    throw thrown;
  }
  throw new Error("expected the settings to be refused");
}

test("an empty environment gives the documented defaults", () => {
  const { config, warnings } = load({});
  expect(warnings).toEqual([]);
  expect(config).toEqual({
    host: "127.0.0.1",
    port: 8080,
    allowedHosts: [],
    dataDir: "/home/ann/.local/share/viewra",
    cacheDir: "/home/ann/.local/share/viewra/cache",
    libraryFolders: [],
    browseRoots: ["/home/ann", "/mnt", "/media", "/srv"],
    databaseUrl: "file:///home/ann/.local/share/viewra/viewra.db",
    databaseAuthToken: undefined,
    contentStorePath: "/home/ann/.local/share/viewra/content-store",
    contentBaseUrl: "/api/v1/content",
    encoderTimeoutSeconds: 3600,
    packagerTimeoutSeconds: 600,
    maxRetries: 3,
    maxConcurrentTranscodes: 4,
    maxSessions: 100,
    qualityPreset: "medium",
    enableAbr: true,
    pictureCodecs: null,
    fill: "watched",
    prewarm: { policies: [], maxBytes: null, hours: null, minutesPerDay: 1440 },
    segmentDurationSeconds: 4,
    segmentBeginningSeconds: [0.5, 0.5, 1, 1, 1, 2, 2],
    ffmpegPath: "ffmpeg",
    ffprobePath: "ffprobe",
    packagerPath: null,
    pluginDir: null,
    logLevel: "info",
    logFormat: "text",
    tracing: null,
  });
});

test("every variable that is set arrives in its place", () => {
  const { config } = load({
    VIEWRA_HOST: "[::1]",
    VIEWRA_PORT: "0",
    VIEWRA_DATA_DIR: "data",
    VIEWRA_LIBRARY: "/films:/shows::/films",
    VIEWRA_BROWSE_ROOTS: "/disks:films",
    VIEWRA_ALLOWED_HOSTS: "Films.Example.org, *.example.net",
    DATABASE_URL: "libsql://db.example.org",
    DATABASE_AUTH_TOKEN: "secret",
    CONTENT_STORE_PATH: "/store",
    CONTENT_BASE_URL: "https://cdn.example.org/c/",
    PIPELINE_ENCODER_TIMEOUT: "2h",
    PIPELINE_PACKAGER_TIMEOUT: "90",
    PIPELINE_MAX_RETRIES: "0",
    TRANSCODE_MAX_CONCURRENT: "8",
    VIEWRA_MAX_SESSIONS: "7",
    TRANSCODE_QUALITY_PRESET: "HIGH",
    TRANSCODE_ENABLE_ABR: "no",
    TRANSCODE_FILL: "all",
    PREWARM: "most-watched, next-episode,most-watched",
    PREWARM_MAX_BYTES: "1.5G",
    PREWARM_HOURS: "22:30-7:00",
    PREWARM_MINUTES: "90",
    SEGMENT_DURATION: "6",
    SEGMENT_BEGINNING: "0.5, 1s,1.5",
    FFMPEG_PATH: "./bin/ffmpeg",
    FFPROBE_PATH: "/opt/ffprobe",
    PACKAGER_PATH: "/opt/packager",
    PLUGIN_DIR: "plugins",
    LOG_LEVEL: "debug",
    LOG_FORMAT: "json",
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://traces.example.org:4318/otlp?key=secret",
    OTEL_TRACES_SAMPLER: "traceidratio",
    OTEL_TRACES_SAMPLER_ARG: ".25",
    OTEL_BSP_SCHEDULE_DELAY: "100",
    OTEL_BSP_EXPORT_TIMEOUT: "200",
    OTEL_BSP_MAX_QUEUE_SIZE: "300",
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "30",
  });
  expect(config).toEqual({
    host: "::1",
    port: 0,
    allowedHosts: ["films.example.org", "*.example.net"],
    dataDir: "/work/data",
    cacheDir: "/work/data/cache",
    libraryFolders: ["/films", "/shows"],
    browseRoots: ["/disks", "/work/films"],
    databaseUrl: "libsql://db.example.org",
    databaseAuthToken: "secret",
    contentStorePath: "/store",
    contentBaseUrl: "https://cdn.example.org/c",
    encoderTimeoutSeconds: 7200,
    packagerTimeoutSeconds: 90,
    maxRetries: 0,
    maxConcurrentTranscodes: 8,
    maxSessions: 7,
    qualityPreset: "high",
    enableAbr: false,
    pictureCodecs: null,
    fill: "all",
    prewarm: {
      policies: ["most-watched", "next-episode"],
      maxBytes: 1.5 * 1024 ** 3,
      hours: { fromMinute: 22 * 60 + 30, toMinute: 7 * 60 },
      minutesPerDay: 90,
    },
    segmentDurationSeconds: 6,
    segmentBeginningSeconds: [0.5, 1, 1.5],
    ffmpegPath: "/work/bin/ffmpeg",
    ffprobePath: "/opt/ffprobe",
    packagerPath: "/opt/packager",
    pluginDir: "/work/plugins",
    logLevel: "debug",
    logFormat: "json",
    tracing: {
      collector: "https://traces.example.org:4318",
      sampler: "traceidratio",
      sampledRatio: 0.25,
      batch: {
        scheduledDelayMillis: 100,
        exportTimeoutMillis: 200,
        maxQueueSize: 300,
        maxExportBatchSize: 30,
      },
    },
  });
});

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" };

const untraced: readonly Readonly<Record<string, string>>[] = [
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: "" },
  { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_TRACES_SAMPLER: "jaeger_remote" },
  { ...collector, OTEL_SDK_DISABLED: "true" },
  { ...collector, OTEL_TRACES_EXPORTER: "none" },
];
test.each(untraced)("nothing is traced with %j", (env) => {
  expect(load({ ...env }).config.tracing).toBeNull();
});

test("the collector of traces comes before that of everything", () => {
  const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces:4318/v1/traces" };
  expect(load({ ...collector, ...traces }).config.tracing?.collector).toBe("http://traces:4318");
  expect(load(traces).config.tracing?.collector).toBe("http://traces:4318");
  expect(load(collector).config.tracing).toMatchObject({
    ...{ collector: "http://localhost:4318", sampler: "parentbased_always_on", sampledRatio: 1 },
  });
});

test.each([
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"],
  ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://localhost:4317"],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
  ["OTEL_TRACES_EXPORTER", "zipkin"],
  ["OTEL_TRACES_SAMPLER", "jaeger_remote"],
  ["OTEL_TRACES_SAMPLER_ARG", "1.5"],
  ["OTEL_BSP_MAX_QUEUE_SIZE", "0"],
])("where something is traced, %s=%j is refused by its name", (name, text) => {
  const error = failure({ ...collector, [name]: text });
  expect(error.details).toMatchObject({ settings: [{ name, got: JSON.stringify(text) }] });
});

test("all wrong values are named at once, with what was expected and what was got", () => {
  const error = failure({
    VIEWRA_PORT: "80a",
    PIPELINE_ENCODER_TIMEOUT: "soon",
    TRANSCODE_FILL: "some",
    DATABASE_URL: "mysql://x",
    CONTENT_BASE_URL: "content",
  });
  expect(error.code).toBe("INVALID_CONFIGURATION");
  expect(error.message.split("\n").toSorted()).toEqual([
    'CONTENT_BASE_URL: expected a path that begins with / or an http(s) URL, without query, got "content"',
    'DATABASE_URL: expected file:PATH or libsql://HOST, got "mysql://x"',
    'PIPELINE_ENCODER_TIMEOUT: expected seconds from 1 to 604800, or a number with s, m or h, got "soon"',
    'TRANSCODE_FILL: expected none or watched or all, got "some"',
    'VIEWRA_PORT: expected a whole number from 0 to 65535, got "80a"',
  ]);
});

test.each([
  ["VIEWRA_PORT", "65536"],
  ["VIEWRA_PORT", "-1"],
  ["VIEWRA_PORT", "8080.5"],
  ["VIEWRA_HOST", "not a host"],
  ["VIEWRA_HOST", "256.1.1.1"],
  ["VIEWRA_LIBRARY", ":"],
  ["VIEWRA_BROWSE_ROOTS", ":"],
  ["VIEWRA_ALLOWED_HOSTS", ","],
  ["VIEWRA_ALLOWED_HOSTS", "films.example.org:8080"],
  ["VIEWRA_ALLOWED_HOSTS", "http://films.example.org"],
  ["VIEWRA_ALLOWED_HOSTS", "*"],
  ["PREWARM", "next-episode,none"],
  ["PREWARM", "everything"],
  ["PREWARM", ","],
  ["PREWARM_MAX_BYTES", "much"],
  ["PREWARM_MAX_BYTES", "-1G"],
  ["PREWARM_MAX_BYTES", "99999999T"],
  ["PREWARM_HOURS", "22:00"],
  ["PREWARM_HOURS", "25:00-01:00"],
  ["PREWARM_HOURS", "01:60-02:00"],
  ["PREWARM_HOURS", "01:00-01:00"],
  ["PREWARM_HOURS", "01:00-02:00-03:00"],
  ["PREWARM_MINUTES", "0"],
  ["SEGMENT_DURATION", "0"],
  ["SEGMENT_DURATION", "1h"],
  ["SEGMENT_BEGINNING", "0"],
  ["SEGMENT_BEGINNING", "1,,2"],
  ["SEGMENT_BEGINNING", "1,21"],
  ["SEGMENT_BEGINNING", "1,none"],
  ["SEGMENT_BEGINNING", "1,1,1,1,1,1,1,1,1,1,1"],
  ["PIPELINE_MAX_RETRIES", "-1"],
  ["TRANSCODE_MAX_CONCURRENT", "0"],
  ["VIEWRA_MAX_SESSIONS", "0"],
  ["TRANSCODE_ENABLE_ABR", "perhaps"],
  ["TRANSCODE_QUALITY_PRESET", "best"],
  ["LOG_LEVEL", "loud"],
  ["LOG_FORMAT", "xml"],
  ["CONTENT_BASE_URL", "//evil.example.org"],
  ["CONTENT_BASE_URL", "/content?x=1"],
  ["DATABASE_URL", "file:"],
  ["DATABASE_URL", "libsql://"],
])("%s=%j is refused by its name", (name, text) => {
  const error = failure({ [name]: text });
  expect(error.details).toMatchObject({ settings: [{ name, got: JSON.stringify(text) }] });
});

test("an option of the command line wins over its variable and is named as the option when it is wrong", () => {
  const overrides = { port: "9000", dataDir: "elsewhere", libraries: ["films", "/a:b"] };
  const { config } = load(
    { VIEWRA_PORT: "1", VIEWRA_DATA_DIR: "/data", VIEWRA_LIBRARY: "/old" },
    overrides,
  );
  expect(config.port).toBe(9000);
  expect(config.dataDir).toBe("/work/elsewhere");
  expect(config.libraryFolders).toEqual(["/work/films", "/a:b"]);
  expect(failure({}, { port: "http" }).message).toBe(
    '--port: expected a whole number from 0 to 65535, got "http"',
  );
});

test("a variable that looks like ours and is not is a warning", () => {
  const { warnings } = load({
    VIEWRA_PROT: "1",
    TRANSCODE_FIL: "all",
    PIPELINE_X: "",
    PATH: "/bin",
    // Was read once, and did nothing.
    PLUGIN_DIR: "/plugins",
  });
  expect(warnings).toEqual([
    "PIPELINE_X is not a setting of this program and has no effect",
    "TRANSCODE_FIL is not a setting of this program and has no effect",
    "VIEWRA_PROT is not a setting of this program and has no effect",
  ]);
});

test("an empty variable counts as not set", () => {
  expect(load({ VIEWRA_PORT: "", VIEWRA_LIBRARY: "" }).config).toMatchObject({
    port: 8080,
    libraryFolders: [],
  });
});

test("the data folder follows the platform, and without a home it must be named", () => {
  const dataDir = (os: NodeJS.Platform, env: Record<string, string>, home = "/home/ann") =>
    loadConfig({ env, platform: { os, home, cwd: "/work" } }).config.dataDir;
  expect(dataDir("linux", { XDG_DATA_HOME: "/xdg" })).toBe("/xdg/viewra");
  expect(dataDir("linux", { XDG_DATA_HOME: "relative" })).toBe("/home/ann/.local/share/viewra");
  expect(dataDir("darwin", {})).toBe("/home/ann/Library/Application Support/Viewra");
  expect(dataDir("win32", { LOCALAPPDATA: "/local" })).toBe("/local/Viewra");
  expect(() => dataDir("linux", {}, "")).toThrow("VIEWRA_DATA_DIR: expected a path");
  expect(dataDir("linux", { VIEWRA_DATA_DIR: "/d" }, "")).toBe("/d");
});

test("a data folder with characters that mean something in a URL still gives the right database", () => {
  const { config } = load({ VIEWRA_DATA_DIR: "/data/50% a?b#c" });
  expect(config.databaseUrl).toBe("file:///data/50%25%20a%3Fb%23c/viewra.db");
  expect(load({ DATABASE_URL: "file:x.db" }).config.databaseUrl).toBe("file:///work/x.db");
});

test("libraries may lie where this platform keeps films, and a home of / opens nothing", () => {
  const roots = (os: NodeJS.Platform, home: string) =>
    loadConfig({ env: { VIEWRA_DATA_DIR: "/d" }, platform: { os, home, cwd: "/" } }).config
      .browseRoots;
  expect(roots("linux", "/")).toEqual(["/mnt", "/media", "/srv"]);
  expect(roots("linux", "")).toEqual(["/mnt", "/media", "/srv"]);
  expect(roots("darwin", "/Users/ann")).toEqual(["/Users/ann", "/Volumes"]);
});
