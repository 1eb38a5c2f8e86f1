import { fileName } from "../media/file-address.ts";
import { manifestNames, storyboardName } from "../media/object-name.ts";
import { storyboardsIn } from "../rendition/methods.ts";
import type { Delivered } from "./delivered.ts";
import type { DecisionKind, DeliveredTrack } from "./delivery.ts";
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
  /** `dash` or `hls`; of a file its extension. */
  readonly container: string;
  readonly contentHash: string;
  readonly contentUrl: string;
  readonly manifestUrl: string;
  readonly legacyManifestUrl: string;
  /** The film's small pictures as WebVTT, for a time bar; null without, and of a file. */
  readonly storyboardUrl: string | null;
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

/** The address of what a player is given. */
export function entryUrl({ hash, entry }: Delivered, baseUrl: string): string {
  return contentUrl(baseUrl, hash) + entry;
}

function storyboardUrl(delivered: Delivered, baseUrl: string): string | null {
  const isThere =
    delivered.kind === "content" && storyboardsIn(delivered.plan.renditions).length > 0;
  return isThere ? contentUrl(baseUrl, delivered.hash) + storyboardName : null;
}

export function liveView(session: LiveSession, baseUrl: string): SessionView {
  const { delivered } = session;
  return {
    id: session.id,
    mediaFileId: session.request.mediaFileId,
    status: "active",
    decision: delivered.decision.kind,
    reasons: delivered.decision.reasons,
    warnings: session.warnings,
    provider: delivered.provider,
    container: delivered.container,
    contentHash: delivered.hash,
    manifestUrl: entryUrl(delivered, baseUrl),
    positionSeconds: session.positionSeconds,
    durationSeconds: delivered.durationSeconds,
    quality: session.quality,
    createdAt: session.createdAt,
    updatedAt: session.updatedAt,
    replacedBy: session.replacedBy,
  };
}

export function startedView(session: LiveSession, baseUrl: string): StartedSession {
  const { id, delivered, warnings, first } = session;
  const { decision, hash, entry, provider, container, known, durationSeconds } = delivered;
  return {
    ...{ id, warnings, provider, container, durationSeconds },
    status: "active",
    decision: decision.kind,
    reasons: decision.reasons,
    contentHash: hash,
    contentUrl: contentUrl(baseUrl, hash),
    manifestUrl: entryUrl(delivered, baseUrl),
    legacyManifestUrl: `/api/playback/stream/${id}/${entry}`,
    storyboardUrl: storyboardUrl(delivered, baseUrl),
    seekPositionSeconds: session.positionSeconds,
    tracks: decision.tracks,
    startRendition: first.video?.id ?? null,
    audioRendition: first.audio?.id ?? null,
    cached: known,
  };
}

export function recordView(record: SessionRow, baseUrl: string): SessionView {
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
    manifestUrl: contentUrl(baseUrl, record.contentHash) + recordedEntry(record),
    positionSeconds: record.position,
    durationSeconds: null,
    quality: record.quality,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    replacedBy: null,
  };
}

function recordedEntry({ decision, container }: SessionRow): string {
  if (decision === "direct_play") return fileName(container);
  return container === "hls" ? manifestNames.hls : manifestNames.dash;
}
