import { z } from "@hono/zod-openapi";
import { idSchema, seconds } from "./wire.ts";

export const externalIdsSchema = z
  .record(z.string(), z.string())
  .openapi({ description: "By service: imdb, tmdb, tvdb", example: { imdb: "tt0078748" } });

const said = (description: string) => z.string().nullable().openapi({ description });
const counted = (description: string) => z.int().nullable().openapi({ description });

/** What a file's name and the NFO file beside it say. */
export const namingFields = {
  original_title: z.string().nullable(),
  year: z.int().nullable(),
  edition: said("Such as Director's Cut"),
  version: said("What tells the file from others of the same film, such as 1080p BluRay"),
  part: counted("Of a film in several files, from 1"),
  extra: said("What belongs to a film or series and is neither, such as trailer"),
  series: z
    .object({ id: idSchema, title: z.string(), year: z.int().nullable() })
    .nullable()
    .openapi({ description: "Of an episode" }),
  season: counted("0: specials"),
  episode: counted("Within the season"),
  episode_end: counted("The last one, of a file that holds several"),
  absolute_episode: counted("From the series' beginning"),
  air_date: said("YYYY-MM-DD"),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  track: z.int().nullable(),
  disc: z.int().nullable(),
  plot: z.string().nullable(),
  genres: z.array(z.string()),
  rating: z.number().nullable().openapi({ description: "Of ten" }),
  external_ids: externalIdsSchema,
};

/** Another file of the same film, episode or series. */
export const relativeSchema = z
  .object({
    id: idSchema,
    title: z.string(),
    edition: z.string().nullable(),
    version: z.string().nullable(),
    part: z.int().nullable(),
    extra: z.string().nullable(),
    duration: seconds,
    status: z.enum(["ready", "unreadable", "missing"]),
  })
  .openapi("RelatedFile");

export const relativesFields = {
  versions: z.array(relativeSchema).openapi({ description: "Other versions of the same film" }),
  parts: z.array(relativeSchema).openapi({ description: "The other pieces of it, in order" }),
  previous_episode: idSchema.nullable().openapi({ description: "Media file" }),
  next_episode: idSchema.nullable().openapi({ description: "Media file" }),
};
