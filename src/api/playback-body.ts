import type { z } from "@hono/zod-openapi";
import type { DeliveredTrack } from "../playback/delivery.ts";
import type { DecisionAnswer, PlaybackStats } from "../playback/playback.ts";
import type { Reason } from "../device/reason.ts";
import type { SessionDetail, SessionView, StartedSession } from "../playback/session-view.ts";
import type { StartRequest } from "../playback/start-request.ts";
import type { Plan } from "../rendition/plan.ts";
import type * as schemas from "./schemas/playback-schemas.ts";
import { isoTime } from "./schemas/wire.ts";

/** A start request in our own names. `userAgent`: of the request itself, for a body that names none. */
export function toStartRequest(
  body: z.infer<typeof schemas.startRequestSchema>,
  userAgent: string | undefined,
): StartRequest {
  return {
    mediaFileId: body.media_file_id,
    container: body.container,
    deviceProfile: { userAgent, ...toDeviceProfile(body.device_profile ?? {}) },
    seekPositionSeconds: body.seek_position,
    audioTrack: body.audio_track,
    subtitleTrack: body.subtitle_track,
    burnSubtitles: body.burn_subtitles,
    nightMode: body.night_mode,
    enableAbr: body.enable_abr,
    quality: body.quality,
    delivery: body.delivery,
  };
}

function toDeviceProfile(
  body: z.infer<typeof schemas.deviceProfileSchema>,
): StartRequest["deviceProfile"] {
  return {
    ...(body.user_agent === undefined ? {} : { userAgent: body.user_agent }),
    supportedContainers: body.supported_containers,
    supportedCodecs: body.supported_codecs,
    maxResolution: body.max_resolution,
    maxBitrate: body.max_bitrate,
    supportsHdr: body.supports_hdr,
    maxAudioChannels: body.max_audio_channels,
    supportedSubtitles: body.supported_subtitles,
    mediaCapabilities: body.media_capabilities?.map(
      ({ content_type, power_efficient, ...said }) => ({
        ...said,
        contentType: content_type,
        powerEfficient: power_efficient,
      }),
    ),
  };
}

function trackBody({ renditions, reasons: why, ...track }: DeliveredTrack) {
  const rendition = renditions.at(-1) ?? null;
  return { ...track, rendition, renditions: [...renditions], reasons: reasons(why) };
}

export function startedBody(started: StartedSession): z.infer<typeof schemas.startedSchema> {
  return {
    id: started.id,
    session_id: started.id,
    status: started.status,
    decision: started.decision,
    reasons: reasons(started.reasons),
    warnings: reasons(started.warnings),
    provider: started.provider,
    container: started.container,
    content_hash: started.contentHash,
    tracks: started.tracks.map(trackBody),
    start_rendition: started.startRendition,
    content_url: started.contentUrl,
    manifest_url: started.manifestUrl,
    legacy_manifest_url: started.legacyManifestUrl,
    storyboard_url: started.storyboardUrl,
    duration: started.durationSeconds,
    seek_position: started.seekPositionSeconds,
    audio_rendition: started.audioRendition,
    cached: started.cached,
  };
}

export function decidedBody(answer: DecisionAnswer): z.infer<typeof schemas.decidedSchema> {
  return {
    decision: answer.decision.kind,
    reasons: reasons(answer.decision.reasons),
    warnings: reasons(answer.warnings),
    provider: answer.provider,
    container: answer.container,
    content_hash: answer.contentHash,
    tracks: answer.decision.tracks.map(trackBody),
    start_rendition: answer.startRendition,
    duration: answer.durationSeconds,
    plan: answer.plan && planBody(answer.plan),
  };
}

function planBody(plan: Plan) {
  return {
    ...plan,
    boundaries: { ...plan.boundaries, steps: [...plan.boundaries.steps] },
    renditions: plan.renditions.map((rendition) => ({ ...rendition })),
  };
}

export function sessionBody(session: SessionView): z.infer<typeof schemas.sessionSchema> {
  return {
    id: session.id,
    session_id: session.id,
    media_file_id: session.mediaFileId,
    status: session.status,
    decision: session.decision,
    reasons: reasons(session.reasons),
    warnings: reasons(session.warnings),
    provider: session.provider,
    container: session.container,
    content_hash: session.contentHash,
    manifest_url: session.manifestUrl,
    position: session.positionSeconds,
    duration: session.durationSeconds,
    quality: session.quality,
    created_at: isoTime(session.createdAt),
    updated_at: isoTime(session.updatedAt),
    replaced_by: session.replacedBy && {
      session_id: session.replacedBy.sessionId,
      manifest_url: session.replacedBy.manifestUrl,
      reason: session.replacedBy.reason,
    },
  };
}

export function sessionDetailBody(
  session: SessionDetail,
): z.infer<typeof schemas.sessionDetailSchema> {
  const { progress } = session;
  return {
    ...sessionBody(session),
    progress: {
      percent: progress.percent,
      speed: progress.speed,
      fps: progress.fps,
      segments_ready: progress.segmentsReady,
      segments_total: progress.segmentsTotal,
      position: progress.positionSeconds,
    },
    error: session.failure,
  };
}

export function playbackStatsBody(
  stats: PlaybackStats,
): z.infer<typeof schemas.playbackStatsSchema> {
  const { active, started, completed, failed, closed, pipeline } = stats;
  return {
    sessions: { active, started, completed, failed, closed },
    content: { hits: stats.hits, misses: stats.misses },
    stages: Object.fromEntries(
      Object.entries(stats.stages).map(([stage, timing]) => [
        stage,
        {
          count: timing.count,
          total_seconds: timing.totalSeconds,
          longest_seconds: timing.longestSeconds,
        },
      ]),
    ),
    queue: {
      runs_active: pipeline.runsActive,
      runs_suspended: pipeline.runsSuspended,
      waiting: pipeline.waiting,
      segments_made: pipeline.segmentsMade,
      failures: pipeline.failures,
    },
    providers: stats.providers.map(({ id, name }) => ({ id, name })),
  };
}

export function playbackHealthBody(
  stats: PlaybackStats,
): z.infer<typeof schemas.playbackHealthSchema> {
  const problems = [
    ...(stats.providers.length === 0 ? ["no encoder plugin is there"] : []),
    ...(stats.saveFailure === null ? [] : [`sessions cannot be saved: ${stats.saveFailure}`]),
  ];
  return {
    status: problems.length === 0 ? "ok" : "degraded",
    active: stats.active,
    providers: stats.providers.map(({ id }) => id),
    problems,
  };
}

const reasons = (list: readonly Reason[]): Reason[] =>
  list.map(({ code, message }) => ({ code, message }));
