import {
  and,
  asc,
  count,
  countDistinct,
  eq,
  exists,
  gt,
  inArray,
  lt,
  ne,
  sql,
  type SQL,
} from "drizzle-orm";
import type { InferSelectModel } from "drizzle-orm";
import type { Database } from "./database.ts";
import { parseNaming, parseSeriesFacts, type FileNaming, type SeriesFacts } from "./file-names.ts";
import type { MediaFile } from "./media-files.ts";
import { mediaFiles, series, type FileStatus } from "./schema.ts";
import { holdsWords, readTitlePage, type TitleListQuery } from "./title-page.ts";

export interface Series {
  readonly id: string;
  readonly libraryId: string;
  readonly title: string;
  readonly year: number | null;
  readonly facts: SeriesFacts;
}

export interface SeriesPage {
  readonly series: readonly Series[];
  readonly nextCursor: string | null;
  /** Of all pages, as counted for the first. */
  readonly total: number;
}

/** A file of a series, or of one film, as lists of such files tell of it. Seconds, Unix milliseconds. */
export interface NamedFile {
  readonly id: string;
  readonly title: string;
  readonly status: FileStatus;
  readonly duration: number;
  readonly naming: FileNaming;
  readonly episodeFrom: string | null;
  readonly episodeTo: string | null;
}

const isThere = ne(mediaFiles.status, "missing");

/** A page of the series that have files, by title. Throws INVALID_REQUEST for a cursor of another list. */
export async function listSeries(db: Database, query: TitleListQuery): Promise<SeriesPage> {
  const conditions = and(
    query.libraryId === undefined ? undefined : eq(series.libraryId, query.libraryId),
    ...holdsWords(series.searchText, query.q),
    hasFiles,
  );
  const { rows, nextCursor, total } = await readTitlePage(
    {
      name: "series",
      columns: series,
      rows: (after, order, limit) =>
        db.read((queries) =>
          queries
            .select()
            .from(series)
            .where(and(conditions, after))
            .orderBy(...order)
            .limit(limit),
        ),
      count: () => countSeries(db, conditions),
    },
    query,
  );
  return { series: rows.map(toSeries), nextCursor, total };
}

const hasFiles = exists(
  sql`(SELECT 1 FROM ${mediaFiles} WHERE ${mediaFiles.seriesId} = ${series.id} AND ${isThere})`,
);

async function countSeries(db: Database, conditions: SQL | undefined): Promise<number> {
  const rows = await db.read((queries) =>
    queries.select({ found: count() }).from(series).where(conditions),
  );
  return rows[0]?.found ?? 0;
}

export async function getSeries(db: Database, id: string): Promise<Series | undefined> {
  return (await listSeriesById(db, [id])).get(id);
}

/** Series by id; those that there are none of are left out. */
export async function listSeriesById(
  db: Database,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, Series>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await db.read((queries) =>
    queries.select().from(series).where(inArray(series.id, wanted)),
  );
  return new Map(rows.map((row) => [row.id, toSeries(row)]));
}

function toSeries(row: InferSelectModel<typeof series>): Series {
  const { id, libraryId, title, year, facts } = row;
  return { id, libraryId, title, year, facts: parseSeriesFacts(facts) };
}

/** The files of a series that are there, in order of episodes; those that are none come first. */
export function listSeriesFiles(db: Database, seriesId: string): Promise<NamedFile[]> {
  return namedFiles(db, eq(mediaFiles.seriesId, seriesId));
}

/** The other files of the same film or episode that are there. */
export async function listSameFilm(db: Database, file: MediaFile): Promise<NamedFile[]> {
  const { id, libraryId, filmKey, seriesId, episodeFrom, episodeTo } = file;
  const isOther = ne(mediaFiles.id, id);
  if (filmKey !== null) {
    const isSame = and(eq(mediaFiles.libraryId, libraryId), eq(mediaFiles.filmKey, filmKey));
    return namedFiles(db, and(isSame, isOther));
  }
  if (seriesId === null || episodeFrom === null || episodeTo === null) return [];
  const isSame = and(
    eq(mediaFiles.seriesId, seriesId),
    eq(mediaFiles.episodeFrom, episodeFrom),
    eq(mediaFiles.episodeTo, episodeTo),
  );
  return namedFiles(db, and(isSame, isOther));
}

/** What comes before and after an episode: all files of that one, or none. Specials have their own order. */
export async function listNeighbours(
  db: Database,
  { seriesId, episodeFrom, episodeTo }: MediaFile,
): Promise<{ readonly before: readonly NamedFile[]; readonly after: readonly NamedFile[] }> {
  if (seriesId === null || episodeFrom === null || episodeTo === null) {
    return { before: [], after: [] };
  }
  // Its first character says whether it is a special.
  const kind = episodeFrom.slice(0, 1);
  const within = and(eq(mediaFiles.seriesId, seriesId), isThere);
  const [next] = await db.read((queries) =>
    queries
      .select({ at: mediaFiles.episodeFrom })
      .from(mediaFiles)
      .where(
        and(within, gt(mediaFiles.episodeFrom, episodeTo), lt(mediaFiles.episodeFrom, `${kind}~`)),
      )
      .orderBy(asc(mediaFiles.episodeFrom))
      .limit(1),
  );
  const [previous] = await db.read((queries) =>
    queries
      .select({ at: mediaFiles.episodeFrom })
      .from(mediaFiles)
      .where(
        and(
          within,
          lt(mediaFiles.episodeFrom, episodeFrom),
          gt(mediaFiles.episodeFrom, kind),
          lt(mediaFiles.episodeTo, episodeFrom),
        ),
      )
      .orderBy(sql`${mediaFiles.episodeFrom} DESC`)
      .limit(1),
  );
  const filesAt = async (at: string | null | undefined): Promise<NamedFile[]> =>
    at == null
      ? []
      : namedFiles(db, and(eq(mediaFiles.seriesId, seriesId), eq(mediaFiles.episodeFrom, at)));
  return { before: await filesAt(previous?.at), after: await filesAt(next?.at) };
}

/** How many episodes some series have, whatever their versions. */
export async function countEpisodes(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db.read((queries) =>
    queries
      .select({ id: mediaFiles.seriesId, found: countDistinct(mediaFiles.episodeFrom) })
      .from(mediaFiles)
      .where(and(inArray(mediaFiles.seriesId, [...ids]), isThere))
      .groupBy(mediaFiles.seriesId),
  );
  return new Map(rows.map(({ id, found }) => [id ?? "", found]));
}

async function namedFiles(db: Database, where: SQL | undefined): Promise<NamedFile[]> {
  const rows = await db.read((queries) =>
    queries
      .select({
        id: mediaFiles.id,
        title: mediaFiles.title,
        status: mediaFiles.status,
        duration: mediaFiles.duration,
        naming: mediaFiles.naming,
        episodeFrom: mediaFiles.episodeFrom,
        episodeTo: mediaFiles.episodeTo,
      })
      .from(mediaFiles)
      .where(and(where, isThere))
      .orderBy(asc(mediaFiles.episodeFrom), asc(mediaFiles.sortTitle), asc(mediaFiles.path)),
  );
  return rows.map(({ naming, ...row }) => ({ ...row, naming: parseNaming(naming) }));
}
