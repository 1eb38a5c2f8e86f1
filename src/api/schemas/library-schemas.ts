import { z } from "@hono/zod-openapi";
import { musicSchema } from "./music-schemas.ts";
import { namingFields, relativesFields } from "./naming-schemas.ts";
import { idSchema, seconds, timestamp } from "./wire.ts";

const libraryType = z.enum(["movie", "tv", "music", "video"]);
const scanStatus = z.enum(["running", "done", "failed", "cancelled"]);

export const newLibrarySchema = z
  .strictObject({
    path: z.string().min(1).max(4096).openapi({ description: "Absolute, on the server" }),
    type: libraryType,
    name: z.string().min(1).max(200).optional(),
  })
  .openapi("NewLibrary");

export const librarySchema = z
  .object({
    id: idSchema,
    path: z.string(),
    name: z.string(),
    type: libraryType,
    created_at: timestamp,
  })
  .openapi("Library");

export const libraryListSchema = z
  .object({ libraries: z.array(librarySchema) })
  .openapi("LibraryList");

export const startedScanSchema = z.object({ scan_id: idSchema }).openapi("StartedScan");

export const scanSchema = z
  .object({
    id: idSchema,
    library_id: idSchema,
    status: scanStatus,
    found: z.int(),
    added: z.int(),
    updated: z.int(),
    moved: z.int(),
    removed: z.int(),
    failed: z.int(),
    current_path: z.string().nullable(),
    started_at: timestamp,
    finished_at: timestamp.nullable(),
    error: z.string().nullable(),
  })
  .openapi("Scan");

const trackFields = {
  index: z.int().openapi({ description: "Stream index in the file" }),
  codec: z.string(),
  language: z.string(),
  title: z.string().nullable(),
  is_default: z.boolean(),
};

const chromaticity = z.tuple([z.number(), z.number()]).openapi({ description: "CIE x and y" });
const nits = z.number().openapi({ description: "Candela per square metre" });
const hdrMetadataSchema = z
  .object({
    mastering_display: z
      .object({
        ...{ red: chromaticity, green: chromaticity, blue: chromaticity, white: chromaticity },
        ...{ min_luminance: nits, max_luminance: nits },
      })
      .nullable()
      .openapi({ description: "The display it was graded on: SMPTE ST 2086" }),
    content_light: z
      .object({ max_cll: nits, max_fall: nits })
      .nullable()
      .openapi({ description: "CTA-861.3; 0 where one of the two is not known" }),
  })
  .nullable();

export const mediaFileSchema = z
  .object({
    id: idSchema,
    library_id: idSchema,
    path: z.string(),
    title: z.string(),
    type: libraryType,
    status: z.enum(["ready", "unreadable", "missing"]),
    reason_code: z.string().nullable(),
    reason: z.string().nullable().openapi({ description: "Why it is unreadable" }),
    container: z.string().nullable(),
    duration: seconds,
    file_size: z.int(),
    bitrate: z.number().nullable(),
    truncated: z
      .object({ declared_duration: seconds })
      .nullable()
      .openapi({ description: "Set when the file ends before its own header says so" }),
    video: z
      .object({
        ...trackFields,
        profile: z.string().nullable(),
        width: z.int(),
        height: z.int(),
        frame_rate: z.number().nullable(),
        is_hdr: z.boolean(),
        hdr_metadata: hdrMetadataSchema,
        is_interlaced: z.boolean(),
        rotation: z.int(),
        bitrate: z.number().nullable(),
      })
      .nullable(),
    audio: z.array(
      z.object({
        ...trackFields,
        channels: z.int(),
        channel_layout: z.string().nullable(),
        sample_rate: z.int(),
        bitrate: z.number().nullable(),
        is_commentary: z.boolean(),
        is_description: z
          .boolean()
          .openapi({ description: "With what is to be seen spoken, for those who do not see" }),
      }),
    ),
    subtitles: z.array(
      z.object({
        ...trackFields,
        is_forced: z.boolean(),
        is_for_hearing_impaired: z.boolean(),
        is_commentary: z.boolean(),
        is_beside: z.boolean().openapi({ description: "A file of its own beside the film" }),
        is_text: z
          .boolean()
          .openapi({ description: "Text, which can be had as WebVTT; else pictures" }),
        is_burnable: z.boolean().openapi({
          description: "Can become part of the pictures: see subtitle_track of a start",
        }),
      }),
    ),
    left_out: z
      .array(
        z.object({
          kind: z.enum(["video", "audio", "subtitle", "cover"]),
          index: z.int(),
          codec: z.string().nullable(),
        }),
      )
      .openapi({
        description:
          "Tracks that are not played: their codec is not decoded here, or they are too large to be read",
      }),
    album_id: idSchema.nullable().openapi({ description: "In libraries of music" }),
    music: musicSchema.nullable().openapi({ description: "Tags of a file without pictures" }),
    resume_position: seconds.openapi({ description: "Where to go on; 0 once it was watched" }),
    watched: z.boolean().openapi({ description: "90 % of it were seen, or somebody said so" }),
    watched_at: timestamp.nullable(),
    added_at: timestamp,
    updated_at: timestamp,
    last_watched_at: timestamp.nullable(),
    missing_since: timestamp.nullable(),
    ...namingFields,
  })
  .openapi("MediaFile");

export const fontListSchema = z
  .object({
    fonts: z.array(z.object({ index: z.int(), name: z.string(), size: z.int() })),
  })
  .openapi("FontList");

export const mediaFileDetailsSchema = mediaFileSchema
  .extend({
    ...relativesFields,
    chapters: z.array(
      z.object({
        start: seconds.openapi({ description: "From the film's beginning" }),
        end: seconds,
        title: z.string().openapi({ description: "The file's, else `Chapter n`" }),
      }),
    ),
    segments: z
      .array(z.object({ kind: z.enum(["intro", "credits"]), start: seconds, end: seconds }))
      .openapi({ description: "What a season's episodes have in common; found in the background" }),
  })
  .openapi("MediaFileDetails");

export const fileListQuerySchema = z.strictObject({
  q: z.string().max(500).optional().openapi({ description: "Words of title or path" }),
  library_id: idSchema.optional(),
  type: libraryType.optional(),
  status: z.enum(["ready", "unreadable", "missing"]).optional(),
  watched: z.enum(["true", "false"]).optional(),
  sort: z.enum(["title", "added", "duration", "size"]).optional(),
  order: z.enum(["asc", "desc"]).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(2000).optional(),
});

export const filePageSchema = z
  .object({
    files: z.array(mediaFileSchema),
    next_cursor: z.string().nullable(),
    total: z.int().openapi({ description: "Of all pages" }),
  })
  .openapi("MediaFilePage");
