import type { EncodingSpeed } from "./picture-codecs.ts";
import type { Logger } from "../log/logger.ts";
import type { ContentReplacement } from "../rendition/content-replacement.ts";
import type { Plan } from "../rendition/plan.ts";
import type { FilmOpener } from "../rendition/copy/film-packets.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { Delivered } from "./delivered.ts";
import type { Decision } from "./delivery.ts";
import type { PlayerState } from "./live-session.ts";
import type {
  Clock,
  PipelineWork,
  PlaybackFiles,
  PlaybackPipeline,
  SessionEvent,
  SessionRecords,
} from "./ports.ts";
import type { Reason } from "../device/reason.ts";
import type { SessionDetail, SessionView, StartedSession } from "./session-view.ts";
import type { SessionCounts } from "./sessions.ts";
import type { Stage, StageTiming } from "./stage-timings.ts";
import type { PlanSettings, StartRequest } from "./start-request.ts";

/** Playback of media files: decisions, contents, and the sessions of those who watch. */
export interface Playback {
  /** Closes what a former process left active, and begins to end silent sessions. */
  open(): Promise<void>;
  /**
   * Answers before any frame of the film is encoded; the first segments are on their way then. Errors:
   * INVALID_REQUEST, those of media-lookup.ts, published-content.ts and Sessions.reserve. `client` names who asks,
   * see http/client-key.ts: where there is no room, nobody has more than its share.
   */
  start(request: StartRequest, client?: string): Promise<StartedSession>;
  /** What `start` would do, without a session. */
  decide(request: StartRequest): Promise<DecisionAnswer>;
  /** Rejects as `start` would for what can be told of a title and a device before the film is looked at. */
  judge(request: StartRequest): Promise<JudgedTitle>;
  /** What `start` would give a player, its manifests in the store, without a session. */
  publish(request: StartRequest): Promise<Delivered>;
  /** A new session on the same content from another position; the original goes on. SESSION_NOT_FOUND. */
  seekAhead(id: string, seekPositionSeconds: number): Promise<StartedSession>;
  /** Active sessions, longest silent first. */
  list(): SessionView[];
  /** A session, active or ended. SESSION_NOT_FOUND. */
  get(id: string): Promise<SessionDetail>;
  /** Ends a session; its runs end when it was the last viewer. SESSION_NOT_FOUND; idempotent. */
  stop(id: string): Promise<void>;
  /** Resolves once the resume point is saved. SESSION_NOT_FOUND when the session has ended. */
  heartbeat(id: string, report: PlayerReport): Promise<SessionView>;
  /**
   * The content's address, ending in `/`, of a session active or ended. Where that content is gone, or another Viewra's,
   * the title is published anew, with the errors of `start`. SESSION_NOT_FOUND.
   */
  contentUrlOf(id: string): Promise<string>;
  /**
   * The player of a session cannot go on: the session that takes its place, at that position. Errors:
   * SESSION_NOT_FOUND, NO_OTHER_DELIVERY when there is none; those of `start`. `said`: what the player says of it.
   */
  failed(id: string, positionSeconds: number, said?: string): Promise<StartedSession>;
  /** To be called when a content was replaced by another: its sessions go on there, each under a new id. */
  contentReplaced(replacement: ContentReplacement): void;
  /** To be called when a content was deleted from the store. */
  forgetContent(hash: string): void;
  stats(): PlaybackStats;
  /** Ends every session and saves it. */
  close(): Promise<void>;
}

export interface JudgedTitle {
  /** Today's, where it was asked for by a former one. */
  readonly mediaFileId: string;
  readonly durationSeconds: number;
}

export interface PlaybackConfig extends PlanSettings {
  /** Where contents are served: a path or a whole URL, `CONTENT_BASE_URL`. */
  readonly contentBaseUrl: string;
  readonly maxSessions: number;
}

export interface PlaybackDeps {
  readonly files: PlaybackFiles;
  readonly records: SessionRecords;
  readonly pipeline: PlaybackPipeline;
  /** Those that encode here now, the preferred first. */
  readonly providers: () => readonly TranscodingProvider[];
  /** Told of one that did not encode what a plan asked of it. */
  readonly providerFailed?: (id: string) => void;
  /** Opens films for their packets: what can be copied is found out by looking. */
  readonly films: FilmOpener;
  /** H.264 alone is made when left out. */
  readonly encodingSpeed?: EncodingSpeed;
  readonly config: PlaybackConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit?: (event: SessionEvent) => void;
  /** Told of every stage of a start as it ends, for histograms. */
  readonly observe?: (stage: Stage, seconds: number) => void;
}

/** What a player tells from time to time; a state left out is `playing`. */
export interface PlayerReport {
  readonly positionSeconds: number;
  readonly state?: PlayerState | undefined;
  readonly quality?: string | undefined;
  /** Loaded from the position on. */
  readonly bufferSeconds?: number | undefined;
}

/** A decision with the plan it leads to. */
export interface DecisionAnswer {
  readonly decision: Decision;
  readonly warnings: readonly Reason[];
  readonly provider: string;
  /** `dash` or `hls`; of a file its extension. */
  readonly container: string;
  readonly contentHash: string;
  readonly durationSeconds: number;
  readonly startRendition: string | null;
  /** Null for a file that is given as it is. */
  readonly plan: Plan | null;
}

/** Counted since the start of the process. */
export interface PlaybackStats extends SessionCounts {
  /** Starts whose content was in the store already, and those that published it. */
  readonly hits: number;
  readonly misses: number;
  readonly stages: Readonly<Record<Stage, StageTiming>>;
  readonly pipeline: PipelineWork;
  readonly providers: readonly { readonly id: string; readonly name: string }[];
  /** Why sessions cannot be saved; null when they can. */
  readonly saveFailure: string | null;
}
