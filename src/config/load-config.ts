import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { ViewraError } from "../errors/viewra-error.ts";
import { fileUrl } from "./address.ts";
import type { Config } from "./config.ts";
import { defaultBrowseRoots, defaultDataFolder, type Platform } from "./data-folder.ts";
import {
  environmentSchema,
  ownPrefixes,
  secretVariables,
  type VariableName,
} from "./environment.ts";
import { readTracing } from "./tracing.ts";

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line; they win over the environment. */
  readonly overrides?: Overrides;
  readonly platform?: Platform;
}

/** As typed: checked in the same way as the variables they stand for. */
export interface Overrides {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly libraries?: readonly string[] | undefined;
  readonly logLevel?: string | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Sentences about variables that look like ours and are not: most likely typing errors. */
  readonly warnings: readonly string[];
}

/**
 * Reads the settings. Throws INVALID_CONFIGURATION that names every wrong one at once, what was expected
 * and what was got; `details.settings` holds the same as data.
 */
export function loadConfig({
  env,
  overrides = {},
  platform = here(),
}: ConfigSources): LoadedConfig {
  const schema = environmentSchema(platform);
  const given = overridden(env, overrides);
  const result = schema.safeParse(given.values);
  const dataDir = result.data?.VIEWRA_DATA_DIR ?? defaultDataFolder(env, platform);
  const tracing = readTracing(given.values);
  const issues = [...(result.error?.issues ?? []), ...tracing.issues];
  const wrong = issues.map((issue) => problem(issue, given));
  if (dataDir === undefined && given.values["VIEWRA_DATA_DIR"] === undefined) {
    wrong.push({ name: "VIEWRA_DATA_DIR", expected: "a path, as this user has no home", got: "" });
  }
  if (!result.success || dataDir === undefined || wrong.length > 0) throw configurationError(wrong);
  const config = { ...toConfig(result.data, dataDir, platform), tracing: tracing.settings };
  const known: ReadonlySet<string> = new Set(Object.keys(schema.shape));
  return {
    // Given one by one, so that a folder's name may hold the separator.
    config: overrides.libraries?.length
      ? {
          ...config,
          libraryFolders: overrides.libraries.map((path) => resolve(platform.cwd, path)),
        }
      : config,
    warnings: unknownVariables(env, known),
  };
}

function here(): Platform {
  return { os: process.platform, home: homedir(), cwd: process.cwd() };
}

interface Given {
  /** An empty variable counts as not set: compose files leave them so. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** How a person would name the setting. */
  readonly names: Readonly<Record<string, string>>;
}

function overridden(env: ConfigSources["env"], overrides: Overrides): Given {
  const options: readonly (readonly [VariableName, string, string | undefined])[] = [
    ["VIEWRA_HOST", "--host", overrides.host],
    ["VIEWRA_PORT", "--port", overrides.port],
    ["VIEWRA_DATA_DIR", "--data-dir", overrides.dataDir],
    ["LOG_LEVEL", "--log-level", overrides.logLevel],
  ];
  const values: Record<string, string | undefined> = {};
  for (const [name, text] of Object.entries(env)) values[name] = text === "" ? undefined : text;
  const names: Record<string, string> = {};
  for (const [variable, option, text] of options) {
    if (text === undefined) continue;
    values[variable] = text;
    names[variable] = option;
  }
  return { values, names };
}

interface WrongSetting {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

function problem(issue: z.core.$ZodIssue, { values, names }: Given): WrongSetting {
  const variable = String(issue.path[0] ?? "");
  const got = secretVariables.has(variable) ? "(hidden)" : JSON.stringify(values[variable] ?? "");
  return { name: names[variable] ?? variable, expected: issue.message, got };
}

function configurationError(wrong: readonly WrongSetting[]): ViewraError {
  const sentences = wrong.map(({ name, expected, got }) =>
    got === "" ? `${name}: expected ${expected}` : `${name}: expected ${expected}, got ${got}`,
  );
  return new ViewraError("INVALID_CONFIGURATION", sentences.join("\n"), {
    details: { settings: wrong },
  });
}

function unknownVariables(env: ConfigSources["env"], known: ReadonlySet<string>): string[] {
  return Object.keys(env)
    .filter((name) => ownPrefixes.some((prefix) => name.startsWith(prefix)) && !known.has(name))
    .toSorted()
    .map((name) => `${name} is not a setting of this program and has no effect`);
}

function toConfig(
  read: z.infer<ReturnType<typeof environmentSchema>>,
  dataDir: string,
  platform: Platform,
): Omit<Config, "tracing"> {
  return {
    host: read.VIEWRA_HOST,
    port: read.VIEWRA_PORT,
    allowedHosts: read.VIEWRA_ALLOWED_HOSTS ?? [],
    dataDir,
    cacheDir: join(dataDir, "cache"),
    libraryFolders: read.VIEWRA_LIBRARY ?? [],
    browseRoots: read.VIEWRA_BROWSE_ROOTS ?? defaultBrowseRoots(platform),
    databaseUrl: read.DATABASE_URL ?? fileUrl(join(dataDir, "viewra.db")),
    databaseAuthToken: read.DATABASE_AUTH_TOKEN,
    contentStorePath: read.CONTENT_STORE_PATH ?? join(dataDir, "content-store"),
    contentBaseUrl: read.CONTENT_BASE_URL,
    encoderTimeoutSeconds: read.PIPELINE_ENCODER_TIMEOUT,
    packagerTimeoutSeconds: read.PIPELINE_PACKAGER_TIMEOUT,
    maxRetries: read.PIPELINE_MAX_RETRIES,
    maxConcurrentTranscodes: read.TRANSCODE_MAX_CONCURRENT,
    maxSessions: read.VIEWRA_MAX_SESSIONS,
    qualityPreset: read.TRANSCODE_QUALITY_PRESET,
    enableAbr: read.TRANSCODE_ENABLE_ABR,
    pictureCodecs: read.TRANSCODE_CODECS,
    fill: read.TRANSCODE_FILL,
    prewarm: {
      policies: read.PREWARM,
      maxBytes: read.PREWARM_MAX_BYTES,
      hours: read.PREWARM_HOURS,
      minutesPerDay: read.PREWARM_MINUTES,
    },
    segmentDurationSeconds: read.SEGMENT_DURATION,
    segmentBeginningSeconds: read.SEGMENT_BEGINNING,
    ffmpegPath: read.FFMPEG_PATH,
    ffprobePath: read.FFPROBE_PATH,
    packagerPath: read.PACKAGER_PATH ?? null,
    pluginDir: read.PLUGIN_DIR ?? null,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
  };
}
