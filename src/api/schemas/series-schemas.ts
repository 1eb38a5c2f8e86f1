import { z } from "@hono/zod-openapi";
import { externalIdsSchema, relativeSchema } from "./naming-schemas.ts";
import { idSchema } from "./wire.ts";

const seriesFields = {
  id: idSchema,
  library_id: idSchema,
  title: z.string(),
  original_title: z.string().nullable(),
  year: z.int().nullable(),
  plot: z.string().nullable(),
  genres: z.array(z.string()),
  rating: z.number().nullable().openapi({ description: "Of ten" }),
  external_ids: externalIdsSchema,
};

export const seriesSchema = z.object({ ...seriesFields, episode_count: z.int() }).openapi("Series");

export const seriesPageSchema = z
  .object({
    series: z.array(seriesSchema),
    next_cursor: z.string().nullable(),
    total: z.int().openapi({ description: "Of all pages" }),
  })
  .openapi("SeriesPage");

export const seriesListQuerySchema = z.strictObject({
  q: z.string().max(500).optional().openapi({ description: "Words of the title" }),
  library_id: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(2000).optional(),
});

const episodeSchema = z
  .object({
    title: z.string(),
    season: z.int().nullable(),
    episode: z.int().nullable(),
    episode_end: z.int().nullable(),
    absolute_episode: z.int().nullable(),
    air_date: z.string().nullable(),
    plot: z.string().nullable(),
    files: z
      .array(relativeSchema)
      .openapi({ description: "Versions of the episode, and pieces of them" }),
  })
  .openapi("Episode");

export const seriesDetailsSchema = z
  .object({
    ...seriesFields,
    seasons: z
      .array(
        z.object({
          season: z.int().nullable().openapi({
            description: "0: specials, which come last. null: counted from the beginning, or dated",
          }),
          episodes: z.array(episodeSchema),
        }),
      )
      .openapi({ description: "In order" }),
    others: z.array(relativeSchema).openapi({ description: "Trailers, and what has no number" }),
  })
  .openapi("SeriesDetails");
