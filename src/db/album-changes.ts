import { and, eq, notExists, sql } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import { foldText, sortTitle } from "./fold-text.ts";
import { albums, mediaFiles } from "./schema.ts";
import type { AlbumNames } from "./tagged-names.ts";

/** The id of an album, made where there is none and brought to what a file tells of it. */
export async function keepAlbum(
  queries: Queries,
  libraryId: string,
  { key, title, artist, year }: AlbumNames,
): Promise<string> {
  const [row] = await queries
    .select()
    .from(albums)
    .where(and(eq(albums.libraryId, libraryId), eq(albums.key, key)));
  const columns = {
    ...{ title, artist, year: year ?? row?.year ?? null, sortTitle: sortTitle(title) },
    searchText: foldText([title, artist ?? ""].join("\n")),
  };
  const id = row?.id ?? crypto.randomUUID();
  if (row === undefined) await queries.insert(albums).values({ id, libraryId, key, ...columns });
  else if (row.title !== title || row.artist !== artist || row.year !== columns.year) {
    await queries.update(albums).set(columns).where(eq(albums.id, id));
  }
  return id;
}

/** Forgets the albums of a library that no file is of any more, missing ones included. */
export function dropEmptyAlbums(db: Database, libraryId: string): Promise<void> {
  return db.write(async (queries) => {
    const files = queries
      .select({ one: sql`1` })
      .from(mediaFiles)
      .where(eq(mediaFiles.albumId, albums.id));
    await queries.delete(albums).where(and(eq(albums.libraryId, libraryId), notExists(files)));
  });
}
