import { z } from "@hono/zod-openapi";
import { deliveryWishes } from "../../device/judge-tracks.ts";
import { idSchema, seconds, timestamp } from "./wire.ts";

const names = z.array(z.string().max(100)).max(100);
const trackIndex = z.int().min(0).max(10_000).openapi({ description: "Stream index in the file" });

/** More pictures a second than any film has. */
const fastestFrameRate = 1000;

const mediaCapabilitySchema = z
  .strictObject({
    content_type: z.string().max(200).openapi({
      example: 'video/mp4; codecs="hvc1.2.4.L153.B0"',
      description: "With one codec, as it was asked about",
    }),
    width: z.int().min(1).max(100_000).optional(),
    height: z.int().min(1).max(100_000).optional(),
    framerate: z.number().positive().max(fastestFrameRate).optional(),
    bitrate: z.number().positive().max(1e12).optional(),
    channels: z.int().min(1).max(64).optional(),
    hdr: z.enum(["hdr10", "hdr10+", "hlg"]).optional(),
    supported: z.boolean(),
    smooth: z.boolean().optional(),
    power_efficient: z.boolean().optional(),
  })
  .openapi("MediaCapability", {
    description: "A configuration that navigator.mediaCapabilities.decodingInfo was asked about",
  });

export const deviceProfileSchema = z
  .strictObject({
    user_agent: z.string().max(1000).optional(),
    supported_containers: names.optional(),
    supported_codecs: names.optional().openapi({
      example: ["h264", "hvc1.2.4.L153.B0", "mp4a.40.2", "opus"],
      description: "Names, and strings of RFC 6381 that say profile, level and bit depth",
    }),
    max_resolution: z
      .string()
      .toLowerCase()
      .regex(
        /^(?:\d{2,4}[pi]?|\d{2,5}x\d{2,5}|sd|f?hd|uhd|[248]k)$/,
        "Expected a resolution such as 1080p, 1920x1080 or 4k",
      )
      .optional()
      .openapi({ example: "1080p" }),
    max_bitrate: z.number().positive().max(1e12).optional(),
    supports_hdr: z.boolean().optional(),
    max_audio_channels: z.int().min(1).max(64).optional(),
    supported_subtitles: names.optional(),
    media_capabilities: z.array(mediaCapabilitySchema).max(100).optional(),
  })
  .openapi("DeviceProfile");

/** What of a start decides what is made. */
export const startWishes = {
  media_file_id: idSchema,
  container: z.enum(["dash", "hls"]).optional(),
  device_profile: deviceProfileSchema.optional(),
  audio_track: trackIndex.optional(),
  subtitle_track: trackIndex.optional().openapi({
    description:
      "Pictures, and text where the device shows none, become part of the film's pictures",
  }),
  burn_subtitles: z.boolean().optional().openapi({
    description: "Whether the subtitles asked for become part of the pictures, whatever they are",
  }),
  night_mode: z.boolean().optional().openapi({
    description: "Quiet sound becomes louder and loud sound quieter; it is encoded for that",
  }),
  enable_abr: z.boolean().optional(),
  quality: z
    .string()
    .max(20)
    .optional()
    .openapi({ description: "auto, low, medium, high, or the tallest rung wanted: 720p, v720" }),
  delivery: z
    .enum(deliveryWishes)
    .optional()
    .openapi({ description: "auto, or one way and no other" }),
};

export const startRequestSchema = z
  .strictObject({ ...startWishes, seek_position: seconds.optional() })
  .openapi("PlaybackRequest");

export const seekAheadSchema = z
  .strictObject({ session_id: idSchema, seek_position: seconds })
  .openapi("SeekAheadRequest");

export const heartbeatSchema = z
  .strictObject({
    position: seconds,
    state: z.enum(["playing", "paused", "buffering", "ended", "error"]).optional(),
    quality: z.string().max(50).optional(),
    buffer: z.number().min(0).optional().openapi({ description: "Seconds loaded ahead" }),
  })
  .openapi("Heartbeat");

export const failureReportSchema = z
  .strictObject({ position: seconds, reason: z.string().max(1000).optional() })
  .openapi("FailureReport");

const reasonSchema = z
  .object({
    code: z.string().openapi({ example: "VIDEO_CODEC_UNSUPPORTED" }),
    message: z.string(),
  })
  .openapi("Reason");

const decisionSchema = z.enum(["direct_play", "remux", "transcode"]);
const containerSchema = z.string().openapi({
  example: "dash",
  description: "dash or hls; of a file that is played as it is, its extension",
});

const trackSchema = z
  .object({
    index: trackIndex,
    kind: z.enum(["video", "audio", "subtitle", "cover"]),
    action: z.enum(["copy", "encode", "burn", "drop"]),
    codec: z.string().nullable(),
    rendition: z
      .string()
      .nullable()
      .openapi({ description: "What is made of it; the best of several" }),
    renditions: z.array(z.string()),
    reasons: z.array(reasonSchema),
  })
  .openapi("DeliveredTrack");

const judgement = {
  decision: decisionSchema,
  reasons: z.array(reasonSchema).openapi({ description: "Why it is not played more cheaply" }),
  warnings: z
    .array(reasonSchema)
    .openapi({ description: "What a viewer should know, such as that the film ends early" }),
  provider: z.string().openapi({ description: "Who encodes it; none for a file as it is" }),
  container: containerSchema,
  content_hash: z.string().length(64),
  tracks: z.array(trackSchema).openapi({ description: "What becomes of each track of the file" }),
  start_rendition: z
    .string()
    .nullable()
    .openapi({ description: "The pictures that are prepared first, e.g. v240" }),
};

export const startedSchema = z
  .object({
    id: idSchema,
    session_id: idSchema,
    status: z.literal("active"),
    ...judgement,
    content_url: z.string(),
    manifest_url: z.string(),
    legacy_manifest_url: z.string(),
    storyboard_url: z.string().nullable().openapi({
      description: "WebVTT of small pictures for a time bar; null without pictures, and for a file",
    }),
    duration: seconds,
    seek_position: seconds,
    audio_rendition: z
      .string()
      .nullable()
      .openapi({ description: "The sound that is prepared first, e.g. a1" }),
    cached: z.boolean().openapi({ description: "The content was there before" }),
  })
  .openapi("StartedSession");

const planSchema = z
  .object({
    version: z.literal(2),
    source: z.object({ fingerprint: z.string(), originMicroseconds: z.number() }),
    boundaries: z.object({
      timescale: z.number(),
      steps: z.array(z.object({ durationTicks: z.number(), count: z.number() })),
    }),
    describedFrom: z.literal("film").optional(),
    renditions: z.array(
      z.looseObject({
        kind: z.enum(["video", "audio", "text", "image"]),
        id: z.string(),
        method: z.string(),
        track: z.number(),
      }),
    ),
  })
  .openapi("Plan");

export const decidedSchema = z
  .object({
    ...judgement,
    duration: seconds,
    plan: planSchema.nullable().openapi({ description: "Null for a file that is played as it is" }),
  })
  .openapi("Decision");

const sessionFields = {
  id: idSchema,
  session_id: idSchema,
  media_file_id: idSchema,
  status: z.enum(["active", "completed", "closed", "failed"]),
  decision: z.string(),
  reasons: z.array(reasonSchema),
  warnings: z.array(reasonSchema),
  provider: z.string(),
  container: z.string(),
  content_hash: z.string(),
  manifest_url: z.string(),
  position: seconds,
  duration: seconds.nullable().openapi({ description: "Null after a restart of the server" }),
  quality: z.string().nullable(),
  created_at: timestamp,
  updated_at: timestamp,
  replaced_by: z
    .object({ session_id: idSchema, manifest_url: z.string(), reason: z.string() })
    .nullable()
    .openapi({ description: "Where the film goes on instead; null where it goes on here" }),
};

export const sessionSchema = z.object(sessionFields).openapi("Session");

export const sessionDetailSchema = z
  .object({
    ...sessionFields,
    progress: z.object({
      percent: z.number().min(0).max(100).openapi({ description: "Of the segments stored" }),
      speed: z.number().openapi({ description: "Film seconds encoded a second" }),
      fps: z.number(),
      segments_ready: z.int(),
      segments_total: z.int(),
      position: seconds,
    }),
    error: z
      .string()
      .nullable()
      .openapi({ description: "What went wrong last for those who wait" }),
  })
  .openapi("SessionDetail");

export const sessionListSchema = z
  .object({ sessions: z.array(sessionSchema) })
  .openapi("SessionList");

const timingSchema = z.object({
  count: z.int(),
  total_seconds: z.number(),
  longest_seconds: z.number(),
});

export const playbackStatsSchema = z
  .object({
    sessions: z.object({
      active: z.int(),
      started: z.int(),
      completed: z.int(),
      failed: z.int(),
      closed: z.int(),
    }),
    content: z.object({ hits: z.int(), misses: z.int() }),
    stages: z.record(z.string(), timingSchema),
    queue: z.object({
      runs_active: z.int(),
      runs_suspended: z.int(),
      waiting: z.int(),
      segments_made: z.int(),
      failures: z.int(),
    }),
    providers: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .openapi("PlaybackStats");

export const playbackHealthSchema = z
  .object({
    status: z.enum(["ok", "degraded"]),
    active: z.int(),
    providers: z.array(z.string()),
    problems: z.array(z.string()),
  })
  .openapi("PlaybackHealth");
