import { and, asc, count, eq, exists, inArray, ne, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { parseNaming, type FileNaming } from "./file-names.ts";
import { albums, mediaFiles, type FileStatus } from "./schema.ts";
import { holdsWords, readTitlePage, type TitleListQuery } from "./title-page.ts";

export interface Album {
  readonly id: string;
  readonly libraryId: string;
  readonly title: string;
  /** null where its tracks are by several, and no file tells whose album it is. */
  readonly artist: string | null;
  readonly year: number | null;
  readonly trackCount: number;
  /** Seconds. */
  readonly duration: number;
  /** Of its first track, whose cover is the album's. */
  readonly firstTrack: string;
}

export interface AlbumPage {
  readonly albums: readonly Album[];
  readonly nextCursor: string | null;
  readonly total: number;
}

/** A file of an album. Seconds. */
export interface Track {
  readonly id: string;
  readonly title: string;
  readonly status: FileStatus;
  readonly duration: number;
  readonly naming: FileNaming;
}

const isThere = ne(mediaFiles.status, "missing");
const isOfAlbum = and(eq(mediaFiles.albumId, albums.id), isThere);

/** A page of the albums that have files, by title. Throws INVALID_REQUEST for a cursor of another list. */
export async function listAlbums(db: Database, query: TitleListQuery): Promise<AlbumPage> {
  const conditions = and(
    query.libraryId === undefined ? undefined : eq(albums.libraryId, query.libraryId),
    ...holdsWords(albums.searchText, query.q),
    exists(sql`(SELECT 1 FROM ${mediaFiles} WHERE ${isOfAlbum})`),
  );
  const page = await readTitlePage(
    {
      name: "albums",
      columns: albums,
      rows: (after, order, limit) =>
        db.read((queries) =>
          queries
            .select()
            .from(albums)
            .where(and(conditions, after))
            .orderBy(...order)
            .limit(limit),
        ),
      count: async () => {
        const rows = await db.read((queries) =>
          queries.select({ found: count() }).from(albums).where(conditions),
        );
        return rows[0]?.found ?? 0;
      },
    },
    query,
  );
  const found = await listAlbumsById(
    db,
    page.rows.map(({ id }) => id),
  );
  const { nextCursor, total } = page;
  return { albums: page.rows.flatMap(({ id }) => found.get(id) ?? []), nextCursor, total };
}

/** An album that has files. */
export async function getAlbum(db: Database, id: string): Promise<Album | undefined> {
  return (await listAlbumsById(db, [id])).get(id);
}

async function listAlbumsById(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Album>> {
  if (ids.length === 0) return new Map();
  const artist = sql`${mediaFiles.naming} ->> '$.artist'`;
  const rows = await db.read((queries) =>
    queries
      .select({
        id: albums.id,
        libraryId: albums.libraryId,
        title: albums.title,
        told: albums.artist,
        // Of tracks that are all by one.
        sole: sql<string | null>`CASE WHEN COUNT(DISTINCT ${artist}) = 1 THEN MAX(${artist}) END`,
        year: albums.year,
        trackCount: count(),
        duration: sql<number>`SUM(${mediaFiles.duration})`,
        first: sql<string>`MIN(${mediaFiles.albumPlace} || ' ' || ${mediaFiles.id})`,
      })
      .from(albums)
      .innerJoin(mediaFiles, isOfAlbum)
      .where(inArray(albums.id, [...ids]))
      .groupBy(albums.id),
  );
  return new Map(
    rows.map(({ told, sole, first, ...row }) => {
      const firstTrack = first.slice(first.indexOf(" ") + 1);
      return [row.id, { ...row, artist: told ?? sole, firstTrack }];
    }),
  );
}

/** The files of an album that are there, by disc and track. */
export async function listTracks(db: Database, albumId: string): Promise<Track[]> {
  const rows = await db.read((queries) =>
    queries
      .select({
        id: mediaFiles.id,
        title: mediaFiles.title,
        status: mediaFiles.status,
        duration: mediaFiles.duration,
        naming: mediaFiles.naming,
      })
      .from(mediaFiles)
      .where(and(eq(mediaFiles.albumId, albumId), isThere))
      .orderBy(asc(mediaFiles.albumPlace), asc(mediaFiles.sortTitle), asc(mediaFiles.path)),
  );
  return rows.map(({ naming, ...row }) => ({ ...row, naming: parseNaming(naming) }));
}
