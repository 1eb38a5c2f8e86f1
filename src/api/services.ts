import type { ContentService } from "../content/content-service.ts";
import type { Logger } from "../log/logger.ts";
import type { FilmSegment } from "../library/intros/find-segments.ts";
import type { Library } from "../library/create-library.ts";
import type { Collection } from "../library/collection.ts";
import type { PluginService } from "../provider/plugin-service.ts";
import type { Playback } from "../playback/playback.ts";
import type { PrewarmJobs } from "../prewarm/prewarm-jobs.ts";
import type { TextTrack } from "../rendition/text/text-tracks.ts";

/** All that the control API speaks for. */
export interface ApiServices {
  readonly playback: Playback;
  readonly library: LibraryService;
  readonly collection: Collection;
  readonly content: ContentService;
  readonly jobs: JobService;
  readonly plugins: PluginService;
  /** Where contents are served, `CONTENT_BASE_URL`. */
  readonly contentBaseUrl: string;
  /**
   * Opens a media file for reading; null when it is gone or no regular file. Throws MEDIA_UNREADABLE when
   * it leads out of where films may lie.
   */
  readonly openFile: (path: string) => Promise<FileBytes | null>;
  /**
   * A picture of a media file; given up when the signal fires. Errors: as library/artwork, MEDIA_NOT_FOUND, MEDIA_MISSING,
   * MEDIA_CHANGED.
   */
  readonly artwork: (mediaFileId: string, wish: ArtWish, signal: AbortSignal) => Promise<ArtBytes>;
  /**
   * Subtitles of a media file by stream index, read out of it. Errors: as rendition/text, SUBTITLES_NOT_FOUND, MEDIA_NOT_FOUND,
   * MEDIA_MISSING, MEDIA_CHANGED.
   */
  readonly subtitles: (mediaFileId: string, track: number) => Promise<FileText>;
  /** Titles and credits of a film, by its fingerprint; empty where none were found, or nobody looked yet. */
  readonly segments: (fingerprint: string) => Promise<readonly FilmSegment[]>;
  /** The fonts that a media file brings along for its subtitles. Errors: MEDIA_NOT_FOUND, MEDIA_MISSING, MEDIA_CHANGED. */
  readonly fonts: (mediaFileId: string) => Promise<readonly FileFont[]>;
  readonly health: () => Promise<Health> | Health;
  readonly metrics: MetricsText;
  readonly events: EventSource;
  readonly version: string;
  readonly log: Logger;
  /** Told of every request as it was answered. */
  readonly onRequest?: (method: string, status: number, seconds: number) => void;
  /** Fires when the server stops: event streams end. */
  readonly stopping: AbortSignal;
}

/** Libraries, their scans and their files. */
export type LibraryService = Pick<
  Library,
  | "libraries"
  | "addLibrary"
  | "removeLibrary"
  | "startScan"
  | "getScan"
  | "listFiles"
  | "getFile"
  | "setWatched"
>;

/** Long work, and what there is to say of it. */
export type JobService = Pick<PrewarmJobs, "submit" | "list" | "get" | "cancel">;

/** A regular file, open for reading parts of it. */
export interface FileBytes {
  readonly sizeBytes: number;
  /** Unix milliseconds. */
  readonly modifiedMs: number;
  /** Bytes `[start, end)`. */
  slice(start: number, end: number): Blob;
}

export interface FileFont {
  /** As the file says, which may be anything. */
  readonly name: string;
  readonly bytes: FileBytes;
}

export interface ArtWish {
  readonly kind: "poster" | "fanart";
  /** Pixels, at least. */
  readonly width: number;
  /** The request's Accept field. */
  readonly accept: string | null;
}

export interface ArtBytes {
  readonly bytes: FileBytes;
  readonly mediaType: string;
}

/** Subtitles on the file's own clock. */
export interface FileText extends TextTrack {
  /** Where the film begins on that clock. */
  readonly zeroMs: number;
}

export interface Health {
  readonly status: "ok" | "degraded";
  /** Seconds since the server started. */
  readonly uptime: number;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly message?: string }>>;
}

export interface MetricsText {
  readonly contentType: string;
  render(): Promise<string>;
}

/** What happens in the server, as it happens. */
export interface EventSource {
  /** Calls back until the returned function is called. */
  subscribe(listener: (event: ServerEvent) => void): () => void;
}

export interface ServerEvent {
  /** `scan`, `session`, `job` or `content`. */
  readonly type: string;
  readonly [field: string]: unknown;
}
