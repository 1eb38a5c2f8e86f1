import type { z } from "@hono/zod-openapi";
import type { FileNaming } from "../db/file-names.ts";
import type { NamedFile, Series } from "../db/series.ts";
import type { Relatives, SeriesContents } from "../library/collection.ts";
import type { relativeSchema } from "./schemas/naming-schemas.ts";
import type * as schemas from "./schemas/series-schemas.ts";

export function namingBody(naming: FileNaming, series: Series | undefined) {
  const { year, edition, version, part, extra, artist, album, track, disc, genres, rating } =
    naming;
  return {
    ...{ year, edition, version, part, extra, artist, album, track, disc, rating },
    ...numbersBody(naming),
    original_title: naming.originalTitle,
    series: series === undefined ? null : pick(series),
    genres: [...genres],
    external_ids: { ...naming.externalIds },
  };
}

function pick({ id, title, year }: Series) {
  return { id, title, year };
}

function numbersBody({ season, episode, plot, ...naming }: FileNaming) {
  return {
    ...{ season, episode, plot },
    episode_end: naming.episodeEnd,
    absolute_episode: naming.absoluteEpisode,
    air_date: naming.airDate,
  };
}

export function relativesBody({ versions, parts, previous, next }: Relatives) {
  return {
    versions: versions.map(relativeBody),
    parts: parts.map(relativeBody),
    previous_episode: previous?.id ?? null,
    next_episode: next?.id ?? null,
  };
}

function relativeBody(file: NamedFile): z.infer<typeof relativeSchema> {
  const { id, title, duration, status } = file;
  const { edition, version, part, extra } = file.naming;
  return { id, title, duration, status, edition, version, part, extra };
}

export function seriesBody(
  series: Series,
  episodeCount: number,
): z.infer<typeof schemas.seriesSchema> {
  return { ...seriesFields(series), episode_count: episodeCount };
}

function seriesFields({ id, libraryId, title, year, facts }: Series) {
  return {
    ...{ id, title, year, plot: facts.plot, genres: [...facts.genres], rating: facts.rating },
    library_id: libraryId,
    original_title: facts.originalTitle,
    external_ids: { ...facts.externalIds },
  };
}

export function seriesDetailsBody({
  series,
  seasons,
  others,
}: SeriesContents): z.infer<typeof schemas.seriesDetailsSchema> {
  return {
    ...seriesFields(series),
    seasons: seasons.map(({ number, episodes }) => ({
      season: number,
      episodes: episodes.map(([first, ...more]) => ({
        ...{ title: first.title, ...numbersBody(first.naming) },
        files: [first, ...more].map(relativeBody),
      })),
    })),
    others: others.map(relativeBody),
  };
}
