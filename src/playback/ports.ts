import type { SessionStatus } from "../db/schema.ts";
import type { SessionBatch, SessionRow } from "../db/transcode-sessions.ts";
import type { Plan } from "../rendition/plan.ts";
import type { Source } from "../media/source.ts";

/** A media file as the library has it on record. */
export interface PlayableFile {
  readonly id: string;
  readonly path: string;
  readonly status: "ready" | "unreadable" | "missing";
  /** Why it is unreadable: a code of the catalogue and a sentence. */
  readonly reasonCode: string | null;
  readonly reason: string | null;
  /** Null where it could not be probed. */
  readonly source: Source | null;
  readonly sizeBytes: number;
  /** Whole milliseconds, truncated. */
  readonly modifiedMs: number;
}

export interface PlaybackFiles {
  /** Null where there is no such media file. */
  find(id: string): Promise<PlayableFile | null>;
  /** What lies at a path at this moment; null when it is gone or no regular file. */
  stat(path: string): Promise<FileState | null>;
}

export interface FileState {
  readonly sizeBytes: number;
  /** Whole milliseconds, truncated. */
  readonly modifiedMs: number;
  /** Room that the file takes on its disk; 0 where the file system does not tell. */
  readonly allocatedBytes: number;
}

export interface SessionRecords {
  /** Inserts or replaces all of it durably, or nothing. */
  save(batch: SessionBatch): Promise<void>;
  find(id: string): Promise<SessionRow | null>;
  /** Marks what a former process left active as closed, and says how many there were. */
  closeActive(at: number): Promise<number>;
}

/** How far one content has come. */
export interface ContentProgress {
  readonly segmentsReady: number;
  readonly segmentsTotal: number;
  /** Of the runs now encoding: film seconds per second, and frames per second; 0 when none runs. */
  readonly speed: number;
  readonly fps: number;
  /** The last failure that a waiting viewer met, as a sentence; null when all is well. */
  readonly failure: string | null;
}

export interface PipelineWork {
  readonly runsActive: number;
  readonly runsSuspended: number;
  /** Segments that somebody waits for at this moment. */
  readonly waiting: number;
  readonly segmentsMade: number;
  readonly failures: number;
}

/** What playback needs of the pipeline; obligations as in pipeline/pipeline.ts. */
export interface PlaybackPipeline {
  publish(plan: Plan): Promise<{
    readonly hash: string;
    readonly known: boolean;
    readonly plan: Plan;
  }>;
  planInForce(plan: Plan): Promise<Plan>;
  describe(plan: Plan): Promise<void>;
  lookAhead(hash: string, rendition: string, n: number, client: string): void;
  viewerAt(
    hash: string,
    session: string,
    report: {
      readonly client: string;
      readonly positionSeconds: number;
      /** Loaded from there on; null where the player does not say. */
      readonly bufferSeconds: number | null;
      readonly isPlaying: boolean;
    } | null,
  ): void;
  watch(hash: string): () => void;
  progress(hash: string): Promise<ContentProgress>;
  stats(): PipelineWork;
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds, unless the returned function was called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Told as it happens, for `/api/events`. */
export interface SessionEvent {
  readonly type: "session";
  readonly event: "started" | "replaced" | "ended";
  readonly session_id: string;
  readonly media_file_id: string;
  readonly content_hash: string;
  readonly status: SessionStatus;
}
