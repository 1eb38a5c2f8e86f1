import type { JobStatus } from "../db/schema.ts";
import type { Rendition } from "../rendition/methods.ts";
import type { DecisionKind, PrewarmJob } from "./job.ts";
import type { TitleWish } from "../device/title-wish.ts";
import type { PrewarmWish } from "./prewarm-wish.ts";

export interface TitleRequest extends TitleWish {
  readonly mediaFileId: string;
}

/** What a start gives to a player. */
export type PublishedTitle = PublishedFile | PublishedContent;

interface PublishedFile {
  readonly kind: "file";
  readonly hash: string;
  readonly decision: { readonly kind: DecisionKind };
}

interface PublishedContent {
  readonly kind: "content";
  readonly hash: string;
  /** Of the film. */
  readonly fingerprint: string;
  readonly decision: { readonly kind: DecisionKind };
  readonly plan: { readonly renditions: readonly Pick<Rendition, "method">[] };
}

/** What prewarming needs of playback; obligations as in playback/playback.ts. */
export interface PrewarmTitles {
  judge(request: TitleRequest): Promise<{
    readonly mediaFileId: string;
    readonly durationSeconds: number;
  }>;
  publish(request: TitleRequest): Promise<PublishedTitle>;
}

/** How far the making of a part has come. */
export interface PrewarmProgress {
  /** Segments of the part that are stored, and all of it. */
  readonly done: number;
  readonly total: number;
  /** Of what was stored since it began. */
  readonly bytes: number;
}

/** What prewarming needs of the pipeline; obligations as in pipeline/pipeline.ts. */
export interface PrewarmPipeline {
  prewarm(
    hash: string,
    wish: {
      readonly from?: number;
      readonly to?: number;
      readonly signal: AbortSignal;
      readonly onProgress: (made: PrewarmProgress) => void;
    },
  ): Promise<void>;
}

export interface JobQuery {
  readonly status?: JobStatus | undefined;
  readonly limit: number;
}

export interface JobRecords {
  /** Inserts or replaces a job durably; forgets what ended long ago. */
  save(job: PrewarmJob): Promise<void>;
  find(id: string): Promise<PrewarmJob | null>;
  /** The last that came first. */
  list(query: JobQuery): Promise<readonly PrewarmJob[]>;
  /** Those that are queued or running, in the order in which they came. */
  unfinished(): Promise<readonly PrewarmJob[]>;
  /** Those for a wish's title and device that have ended, the last that came first. */
  ended(wish: PrewarmWish): Promise<readonly PrewarmJob[]>;
  /** So that a content is known that nobody plays yet. */
  noteContent(hash: string, fingerprint: string): Promise<void>;
}
