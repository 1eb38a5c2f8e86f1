import { z } from "@hono/zod-openapi";
import { idSchema, seconds } from "./wire.ts";

const renditionSchema = z.object({
  id: z.string(),
  kind: z.enum(["video", "audio", "text", "image"]),
  method: z.enum(["encode", "copy", "text", "tiles"]).openapi({
    description:
      "Encoded anew, the film's packets, its text as WebVTT, or pictures of it on sheets",
  }),
  codec: z.string(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  channels: z.int().nullable(),
  language: z.string().nullable(),
  label: z.string().nullable(),
  bitrate: z.number().openapi({ description: "Ceiling for pictures, average for sound" }),
  segments_ready: z.int(),
  segments_total: z.int(),
  cost_seconds: z.number().nullable().openapi({
    description: "Work that the segments that are there took to make; null where it is not known",
  }),
});

export const contentInfoSchema = z
  .object({
    content_hash: z.string(),
    content_url: z.string(),
    manifests: z.object({ dash: z.string(), hls: z.string() }),
    fingerprint: z.string().openapi({ description: "Of the film it was made from" }),
    duration: seconds,
    renditions: z.array(renditionSchema),
    segments_ready: z.int(),
    segments_total: z.int(),
    objects: z.int(),
    bytes: z.int(),
    remade: z.int().openapi({
      description:
        "Objects that were damaged or lost and have other bytes, and another ETag, than at first",
    }),
    media_file_ids: z.array(idSchema).openapi({ description: "Files with this film now" }),
  })
  .openapi("ContentInfo");

export const contentListSchema = z
  .object({ contents: z.array(contentInfoSchema) })
  .openapi("ContentList");

export const contentStatsSchema = z
  .object({
    contents: z.int(),
    objects: z.int(),
    bytes: z.int(),
    free_bytes: z.int().openapi({ description: "Room left on the store's disk" }),
  })
  .openapi("ContentStats");

export const verifyRequestSchema = z
  .strictObject({
    content_hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "Expected 64 lower-case hex digits")
      .optional()
      .openapi({ description: "One content; all when left out" }),
    repair: z
      .boolean()
      .optional()
      .openapi({ description: "Remove what is bad, so that it is made again" }),
  })
  .openapi("VerifyRequest");

export const verifyResultSchema = z
  .object({
    faults: z.array(
      z.object({
        content_hash: z.string(),
        object: z.string(),
        reason: z.string(),
      }),
    ),
    repaired: z.int(),
  })
  .openapi("VerifyResult");

export const collectRequestSchema = z
  .strictObject({
    unknown: z.boolean().optional().openapi({
      description: "Remove also contents of films that this database never knew",
    }),
  })
  .openapi("CollectRequest");

export const collectResultSchema = z
  .object({
    removed: z.array(z.string()).openapi({ description: "Contents that nobody needs any more" }),
    bytes_freed: z.int(),
    unknown: z
      .int()
      .openapi({ description: "Contents kept because this database never knew their films" }),
  })
  .openapi("CollectResult");
