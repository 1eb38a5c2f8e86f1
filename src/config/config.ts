import type { LogLevel } from "../log/logger.ts";
import type { Quality } from "../media/quality.ts";
import type { TracingSettings } from "./tracing.ts";
import type { PictureCodec } from "../media/picture-codecs.ts";
import type { PrewarmConfig } from "./prewarm.ts";

/** All settings. Paths are absolute; programs may be bare names. */
export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Names this server answers to beside its own; `*.` before one stands for all below it. */
  readonly allowedHosts: readonly string[];
  readonly dataDir: string;
  readonly cacheDir: string;
  /** Folders that become libraries at start. */
  readonly libraryFolders: readonly string[];
  /** Folders that may become libraries, with all below them, beside those of `libraryFolders`. */
  readonly browseRoots: readonly string[];
  readonly databaseUrl: string;
  readonly databaseAuthToken: string | undefined;
  readonly contentStorePath: string;
  /** Path of this server or URL of a CDN before `/{hash}/{object}`; no slash at the end. */
  readonly contentBaseUrl: string;
  readonly encoderTimeoutSeconds: number;
  readonly packagerTimeoutSeconds: number;
  readonly maxRetries: number;
  readonly maxConcurrentTranscodes: number;
  /** Playback sessions at once. */
  readonly maxSessions: number;
  readonly qualityPreset: Quality;
  readonly enableAbr: boolean;
  /** What pictures are encoded in beside H.264, however fast this machine is; null: what it encodes in time. */
  readonly pictureCodecs: readonly PictureCodec[] | null;
  readonly fill: "none" | "watched" | "all";
  readonly prewarm: PrewarmConfig;
  readonly segmentDurationSeconds: number;
  /** Lengths of a content's first segments, where it is encoded; those behind have the usual one. */
  readonly segmentBeginningSeconds: readonly number[];
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** null: the one that this program carries. */
  readonly packagerPath: string | null;
  /** Folder of plugins that do not come with Viewra, a folder each; null: there are none. */
  readonly pluginDir: string | null;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
  /** null: nothing is traced. */
  readonly tracing: TracingSettings | null;
}
