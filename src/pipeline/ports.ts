import type { ErrorCode } from "../errors/catalogue.ts";
import type { ViewraError } from "../errors/viewra-error.ts";
import type { ContentReplacement } from "../rendition/content-replacement.ts";
import type { Plan } from "../rendition/plan.ts";
import type { Wish } from "../schedule/choose.ts";

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

/**
 * What the time of a segment goes to, none of it twice:
 *
 * - `queue`: somebody waits for it and nothing works on it. Its run has yet to be let go, is held, or has others to
 *   make first; or its file waits for those before it to be kept.
 * - `encode`: its run works on it, from when it is let go, or is done with the segment before, until the file is closed.
 * - `package`, `verify`: the file becomes a segment, and is compared with the plan.
 * - `commit`: the store writes it.
 */
export const stages = ["queue", "encode", "package", "verify", "commit"] as const;
export type Stage = (typeof stages)[number];

/** From when to when, milliseconds of the pipeline's clock. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

export interface StagePart extends Stretch {
  readonly stage: Stage;
}

/** Where whoever asks stands in a trace of his own: fields of W3C Trace Context. */
export interface TraceParent {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * One try of a segment, when it is over. While somebody waited the parts leave no gap; a stage may have several, or none.
 */
export interface SegmentTrace extends Stretch {
  readonly hash: string;
  readonly rendition: Plan["renditions"][number];
  readonly n: number;
  /** How many tries failed before this one. */
  readonly attempt: number;
  /** Why it was made: somebody waited for it, or its run was wanted for that; null where nobody wants it any more. */
  readonly wanted: "waited for" | Wish["kind"] | null;
  /** Of those who waited; the first one's first, and no more than a few. */
  readonly parents: readonly TraceParent[];
  /** In the order of time. */
  readonly parts: readonly StagePart[];
  /** null when it failed. */
  readonly sizeBytes: number | null;
  /** Why it failed; null when it was made. */
  readonly code: ErrorCode | null;
}

/** One description of a plan, when it is over. */
export interface DescribeTrace extends Stretch {
  readonly hash: string;
  /** Why it failed; null when it did not. */
  readonly code: ErrorCode | null;
}

/** Told of what the pipeline does, for metrics, traces and events. Must not throw. */
export interface PipelineObserver {
  /** Asked in the turn in which somebody begins to wait. */
  asker?(): TraceParent | null;
  described(trace: DescribeTrace): void;
  segment(trace: SegmentTrace): void;
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
