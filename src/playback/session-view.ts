import { manifestNames, type Container } from "../media/object-name.ts";
import type { DecisionKind, DeliveredTrack } from "./delivery.ts";
import { firstAudio, firstRung } from "./first-rendition.ts";
import type { LiveSession, SessionReplacement } from "./live-session.ts";
import type { SessionStatus } from "../db/schema.ts";
import type { SessionRow } from "../db/transcode-sessions.ts";
import type { Reason } from "../device/reason.ts";

/** A session as it is shown. Positions and durations in seconds, times Unix milliseconds. */
export interface SessionView {
  readonly id: string;
  readonly mediaFileId: string;
  readonly status: SessionStatus;
  readonly decision: string;
  readonly reasons: readonly Reason[];
  /** What the viewer should know, such as that the film ends early. */
  readonly warnings: readonly Reason[];
  readonly provider: string;
  readonly container: string;
  readonly contentHash: string;
  readonly manifestUrl: string;
  readonly positionSeconds: number;
  /** Null for a session of a former process. */
  readonly durationSeconds: number | null;
  readonly quality: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Where the viewer's film goes on instead; null where it goes on here. */
  readonly replacedBy: SessionReplacement | null;
}

/** A session with how far its content has come. */
export interface SessionDetail extends SessionView {
  readonly progress: {
    /** Of the content's segments stored, 0 to 100. */
    readonly percent: number;
    /** Film seconds a second of the runs now encoding; 0 when none runs. */
    readonly speed: number;
    readonly fps: number;
    readonly segmentsReady: number;
    readonly segmentsTotal: number;
    readonly positionSeconds: number;
  };
  /** What went wrong last for those who wait; null when all is well. */
  readonly failure: string | null;
}

/** The answer to a start. */
export interface StartedSession {
  readonly id: string;
  readonly status: "active";
  readonly decision: DecisionKind;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  readonly provider: string;
  readonly container: Container;
  readonly contentHash: string;
  readonly contentUrl: string;
  readonly manifestUrl: string;
  readonly legacyManifestUrl: string;
  readonly durationSeconds: number;
  readonly seekPositionSeconds: number;
  /** What becomes of each track of the file. */
  readonly tracks: readonly DeliveredTrack[];
  /** The pictures that are prepared first; null without pictures. */
  readonly startRendition: string | null;
  /** The audio rendition that is prepared first; null without sound. */
  readonly audioRendition: string | null;
  /** The content was in the store already. */
  readonly cached: boolean;
}

/** The address of a content, ending in `/`. */
export function contentUrl(baseUrl: string, hash: string): string {
  return `${baseUrl.replace(/\/+$/, "")}/${hash}/`;
}

export function liveView(session: LiveSession, baseUrl: string): SessionView {
  return {
    id: session.id,
    mediaFileId: session.request.mediaFileId,
    status: "active",
    decision: session.decision.kind,
    reasons: session.decision.reasons,
    warnings: session.warnings,
    provider: session.content.provider,
    container: session.container,
    contentHash: session.content.hash,
    manifestUrl: contentUrl(baseUrl, session.content.hash) + manifestNames[session.container],
    positionSeconds: session.positionSeconds,
    durationSeconds: session.durationSeconds,
    quality: session.quality,
    createdAt: session.createdAt,
    updatedAt: session.updatedAt,
    replacedBy: session.replacedBy,
  };
}

export function startedView(session: LiveSession, baseUrl: string): StartedSession {
  const { id, content, container, decision, warnings, request } = session;
  const url = contentUrl(baseUrl, content.hash);
  return {
    id,
    status: "active",
    decision: decision.kind,
    reasons: decision.reasons,
    warnings,
    provider: content.provider,
    container,
    contentHash: content.hash,
    contentUrl: url,
    manifestUrl: url + manifestNames[container],
    legacyManifestUrl: `/api/playback/stream/${id}/${manifestNames[container]}`,
    durationSeconds: session.durationSeconds,
    seekPositionSeconds: session.positionSeconds,
    tracks: decision.tracks,
    startRendition: firstRung(content.plan, container)?.id ?? null,
    audioRendition: firstAudio(content.plan, request.audioTrack ?? null)?.id ?? null,
    cached: content.known,
  };
}

export function recordView(record: SessionRow, baseUrl: string): SessionView {
  const manifest = record.container === "hls" ? manifestNames.hls : manifestNames.dash;
  return {
    id: record.id,
    mediaFileId: record.mediaFileId,
    status: record.status,
    decision: record.decision,
    reasons: [],
    warnings: [],
    provider: record.provider,
    container: record.container,
    contentHash: record.contentHash,
    manifestUrl: contentUrl(baseUrl, record.contentHash) + manifest,
    positionSeconds: record.position,
    durationSeconds: null,
    quality: record.quality,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    replacedBy: null,
  };
}
