import { z } from "@hono/zod-openapi";
import { idSchema, seconds } from "./wire.ts";

const albumFields = {
  id: idSchema,
  library_id: idSchema,
  title: z.string(),
  artist: z
    .string()
    .nullable()
    .openapi({ description: "null: its tracks are by several, and nothing says whose it is" }),
  year: z.int().nullable(),
  track_count: z.int(),
  duration: seconds,
  first_track: idSchema.openapi({ description: "Media file whose poster is the album's" }),
};

export const albumSchema = z.object(albumFields).openapi("Album");

export const albumPageSchema = z
  .object({
    albums: z.array(albumSchema),
    next_cursor: z.string().nullable(),
    total: z.int().openapi({ description: "Of all pages" }),
  })
  .openapi("AlbumPage");

export const albumListQuerySchema = z.strictObject({
  q: z.string().max(500).optional().openapi({ description: "Words of title or artist" }),
  library_id: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(2000).optional(),
});

const trackSchema = z
  .object({
    id: idSchema.openapi({ description: "Media file" }),
    title: z.string(),
    artist: z.string().nullable(),
    track: z.int().nullable(),
    duration: seconds,
    status: z.enum(["ready", "unreadable", "missing"]),
  })
  .openapi("Track");

export const albumDetailsSchema = z
  .object({
    ...albumFields,
    discs: z
      .array(z.object({ disc: z.int(), tracks: z.array(trackSchema) }))
      .openapi({ description: "In order" }),
  })
  .openapi("AlbumDetails");
