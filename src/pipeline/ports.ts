import type { ViewraError } from "../errors/viewra-error.ts";
import type { ContentReplacement } from "../rendition/content-replacement.ts";
import type { Plan } from "../rendition/plan.ts";

/** Keeps descriptions of recipes over restarts. */
export interface DescriptionCache {
  get(key: string): Promise<string | null>;
  put(key: string, payload: string): Promise<void>;
}

/** An object that failed before. */
export interface RecordedFailure {
  /** How often in a row. */
  readonly attempts: number;
  /** Of the last time. */
  readonly reason: string;
  /** How long ago the last time was, milliseconds. */
  readonly ageMs: number;
}

/** Remembers over restarts what failed. Nothing waits for it: it may be slow, and may fail. */
export interface FailureRecord {
  /** The failed objects of a content, by name. */
  list(hash: string): Promise<ReadonlyMap<string, RecordedFailure>>;
  /** Counts one more failure. */
  add(hash: string, name: string, reason: string): Promise<unknown>;
  clear(hash: string, name: string): Promise<void>;
}

export const stages = ["describe", "encode", "package", "verify", "commit"] as const;
export type Stage = (typeof stages)[number];

/** Told of what the pipeline does, for metrics and events. Must not throw. */
export interface PipelineObserver {
  stage(stage: Stage, seconds: number): void;
  /** Film seconds made per second of work. */
  speed(rendition: Plan["renditions"][number], ratio: number): void;
  segmentMade(hash: string, name: string, sizeBytes: number): void;
  failure(hash: string, name: string, code: string): void;
  /**
   * What is made of a rendition has another header than its content says: no segment of it like this one
   * will ever come. The others may, and those of other renditions.
   */
  headerMismatch?(hash: string, renditionId: string, error: ViewraError): void;
  /** A segment of a rendition failed as often as is tried, or nothing here encodes it any more. */
  givenUp?(hash: string, renditionId: string, error: ViewraError): void;
  /** The viewers of a content are to go on with another. */
  replaced?(replacement: ContentReplacement): void;
}

/** When what nobody waits for is encoded: never, the rung being watched, or all rungs of what is watched. */
export type FillPolicy = "none" | "watched" | "all";
