import type { Delivered } from "./delivered.ts";
import type { FirstRenditions } from "./first-rendition.ts";
import type { SessionStatus } from "../db/schema.ts";
import type { SessionRow } from "../db/transcode-sessions.ts";
import type { Reason } from "../device/reason.ts";
import type { StartRequest } from "./start-request.ts";

/** One viewer's playback of one title, while it lasts. Times of the clock are Unix milliseconds. */
export interface LiveSession {
  readonly id: string;
  /** Who started it, as `clientKey` names one; empty where that is not known. */
  readonly client: string;
  readonly request: StartRequest;
  readonly warnings: readonly Reason[];
  readonly delivered: Delivered;
  /** What of it is prepared first. */
  readonly first: FirstRenditions;
  readonly createdAt: number;
  /** Tells the pipeline that this viewer has gone. */
  readonly leave: () => void;
  positionSeconds: number;
  /** What the player said it shows: a rung's id, or its own words. */
  quality: string | null;
  state: PlayerState;
  updatedAt: number;
  heartbeatAt: number;
  /** Set when this viewer's film goes on elsewhere: the content cannot be made, or the player cannot play it. */
  replacedBy: SessionReplacement | null;
}

/** Where a viewer's film goes on, and why not here. */
export interface SessionReplacement {
  readonly sessionId: string;
  readonly manifestUrl: string;
  readonly reason: string;
}

export const playerStates = ["playing", "paused", "buffering", "ended", "error"] as const;
export type PlayerState = (typeof playerStates)[number];

/** A film seen so far counts as watched: what is left is credits. Of a short clip, too, nobody waits for the last moment. */
const watchedShare = 0.9;

export function isWatched({ state, positionSeconds, delivered }: LiveSession): boolean {
  return state === "ended" || positionSeconds >= delivered.durationSeconds * watchedShare;
}

/** How a session ends that nobody will hear of again. */
export function finalStatus(session: LiveSession): Exclude<SessionStatus, "active"> {
  if (isWatched(session)) return "completed";
  return session.state === "error" ? "failed" : "closed";
}

export function toRecord(session: LiveSession, status: SessionStatus): SessionRow {
  const { delivered } = session;
  return {
    id: session.id,
    status,
    provider: delivered.provider,
    contentHash: delivered.hash,
    mediaFileId: session.request.mediaFileId,
    request: JSON.stringify(session.request),
    decision: delivered.decision.kind,
    container: delivered.container,
    position: session.positionSeconds,
    quality: session.quality,
    error: session.state === "error" ? "The player reported an error" : null,
    createdAt: session.createdAt,
    updatedAt: session.updatedAt,
    heartbeatAt: session.heartbeatAt,
  };
}
