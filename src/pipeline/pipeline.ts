import type { Plan } from "../rendition/plan.ts";
import type { PrewarmWish } from "./prewarm.ts";
import type { ViewerReport } from "./viewers.ts";

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

export interface PipelineStats {
  readonly runsActive: number;
  readonly runsSuspended: number;
  /** Segments that somebody waits for at this moment. */
  readonly waiting: number;
  readonly segmentsMade: number;
  readonly failures: number;
}

/** From plan to stored objects: the manifests at once, the segments when they are asked for. */
export interface Pipeline {
  /**
   * Writes the plan, its manifests and its init segments to the store, final from the start. Spawns
   * nothing when the plan's recipes were described before. Idempotent; two calls at once share the work.
   * `known`: the content was in the store already. `plan`: what was published, see `planInForce`.
   */
  publish(plan: Plan): Promise<{
    readonly hash: string;
    readonly known: boolean;
    readonly plan: Plan;
  }>;
  /** The plan that `publish` publishes for a plan: another one where that was found not to be makeable. */
  planInForce(plan: Plan): Promise<Plan>;
  /** Rejects as `publish` would for a film that is not what its plan says. */
  describe(plan: Plan): Promise<void>;
  /**
   * Makes an object of a published content exist, first among all work, in turn with what other clients
   * wait for. Resolves when it is stored. Errors: OBJECT_NOT_FOUND (not in the plan), OBJECT_NOT_READY (did
   * not come in time, or the client waits for too much at once), CANCELLED (`signal`), or why it cannot be
   * made. `client`: who asks, by its address.
   */
  ensure(hash: string, name: string, signal: AbortSignal, client: string): Promise<void>;
  /** Asks for segment `n` of a rendition and some that follow, for a client's viewer who will want them soon. */
  lookAhead(hash: string, rendition: string, n: number, client: string): void;
  /**
   * An object was served from the store: its viewer will want what follows. On the hot path: `client` is
   * called where it matters who that was.
   */
  served(hash: string, name: string, client: () => string): void;
  /** Where a session's viewer is, null when he has gone: who has least to play goes first. */
  viewerAt(hash: string, session: string, report: ViewerReport | null): void;
  /** A viewer of the content came (+1) or went (-1); when the last one goes its runs end. */
  watch(hash: string): () => void;
  /**
   * Makes what of a content is missing, when the machine has nothing else to do; resolves when all of it is stored. Rejects
   * with CANCELLED when the signal is aborted, STORAGE_FULL, MEDIA_MISSING, CONTENT_NOT_FOUND, or the reason when a
   * segment was given up.
   */
  prewarm(hash: string, wish: PrewarmWish): Promise<void>;
  progress(hash: string): Promise<ContentProgress>;
  /** Ends all work on a content and forgets what was known of its objects: it is about to be deleted. */
  forget(hash: string): Promise<void>;
  stats(): PipelineStats;
  /** Ends every run and waits for it. */
  close(): Promise<void>;
}
