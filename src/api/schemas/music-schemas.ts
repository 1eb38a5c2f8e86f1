import { z } from "@hono/zod-openapi";

const numberedSchema = (what: string) =>
  z
    .object({ number: z.int().nullable(), of: z.int().nullable() })
    .openapi({ description: `${what} and how many there are, from 1` });

const gain = (of: string) =>
  z
    .number()
    .nullable()
    .openapi({ description: `Decibels by which to amplify the ${of}: ReplayGain, for -18 LUFS` });
const peak = (of: string) =>
  z
    .number()
    .nullable()
    .openapi({ description: `The ${of}'s highest sample, of full scale` });

/** What a music file's own tags say. */
export const musicSchema = z
  .object({
    title: z.string().nullable(),
    artist: z.string().nullable().openapi({ description: "As written on the cover" }),
    artists: z.array(z.string()).openapi({ description: "Each by itself" }),
    album: z.string().nullable(),
    album_artist: z.string().nullable(),
    composers: z.array(z.string()),
    genres: z.array(z.string()),
    track: numberedSchema("Track"),
    disc: numberedSchema("Disc"),
    date: z.string().nullable().openapi({ description: "YYYY, YYYY-MM or YYYY-MM-DD" }),
    is_compilation: z.boolean(),
    musicbrainz: z.record(z.string(), z.string()).openapi({
      description: "Ids: recording, track, release, release_group, artist, album_artist",
    }),
    replay_gain: z.object({
      track_gain: gain("track"),
      track_peak: peak("track"),
      album_gain: gain("album"),
      album_peak: peak("album"),
    }),
  })
  .openapi("MusicTags");
