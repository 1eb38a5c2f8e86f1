import { and, asc, count, desc, eq, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database, Queries } from "./database.ts";
import { decodeCursor, encodeCursor, type ListCursor } from "./list-cursor.ts";
import { withViewings, type ViewedFile } from "./media-files.ts";
import { searchConditions } from "./media-search.ts";
import { mediaFiles, type FileStatus, type LibraryType } from "./schema.ts";
import { watchedCondition } from "./viewings.ts";

export const fileSorts = ["title", "added", "duration", "size"] as const;
export type FileSort = (typeof fileSorts)[number];

export interface FileListQuery {
  /** Words that must all occur in title or path; case and accents do not matter. */
  readonly q?: string | undefined;
  readonly libraryId?: string | undefined;
  readonly type?: LibraryType | undefined;
  /** All when left out, missing and unreadable ones too. */
  readonly status?: FileStatus | undefined;
  /** Those that were watched to their end, or those that were not; all when left out. */
  readonly isWatched?: boolean | undefined;
  readonly sort?: FileSort | undefined;
  readonly order?: "asc" | "desc" | undefined;
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before, with the same sort and order. */
  readonly cursor?: string | undefined;
}

export interface FilePage {
  readonly files: readonly ViewedFile[];
  readonly nextCursor: string | null;
  /** Of all pages, as counted for the first. */
  readonly total: number;
}

const defaultLimit = 50;

/**
 * One page of files. The cost of a page does not depend on where it lies: it begins at a key of an
 * index, not at a count of rows. Throws INVALID_REQUEST for a cursor of another sort, or none of ours.
 */
export async function listMediaFiles(db: Database, query: FileListQuery): Promise<FilePage> {
  const limit = query.limit ?? defaultLimit;
  const { sort, order, key } = ordering(query);
  const place = query.cursor === undefined ? null : decodeCursor(query.cursor, sort, order);
  const conditions = and(filters(query), ...(await searchConditions(db, query.q ?? "")));
  const rows = await db.read((queries) =>
    pageQuery(queries, { sort, order, conditions, place, rows: limit + 1 }),
  );
  const total = place?.total ?? (await countFiles(db, conditions));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    files: await withViewings(db, page),
    nextCursor:
      rows.length > limit && last
        ? encodeCursor({ sort, order, value: last[key], number: last.number, total })
        : null,
    total,
  };
}

export interface PagePlan {
  readonly sort: FileSort;
  readonly order: "asc" | "desc";
  readonly conditions?: SQL | undefined;
  /** The last row of the page before; null for the first page. */
  readonly place: Pick<ListCursor, "value" | "number"> | null;
  readonly rows: number;
}

/** The query of one page, apart so that a test can ask SQLite how it would go about it. */
export function pageQuery(queries: Queries, { sort, order, conditions, place, rows }: PagePlan) {
  const column: SQLiteColumn = mediaFiles[sortKeys[sort]];
  const direction = order === "asc" ? asc : desc;
  const beyond = order === "asc" ? sql`>` : sql`<`;
  const after =
    place && sql`(${column}, ${mediaFiles.number}) ${beyond} (${place.value}, ${place.number})`;
  return queries
    .select()
    .from(mediaFiles)
    .where(and(conditions, after ?? undefined))
    .orderBy(direction(column), direction(mediaFiles.number))
    .limit(rows);
}

async function countFiles(db: Database, conditions: SQL | undefined): Promise<number> {
  const rows = await db.read((queries) =>
    queries.select({ files: count() }).from(mediaFiles).where(conditions),
  );
  return rows[0]?.files ?? 0;
}

const sortKeys = {
  title: "sortTitle",
  added: "addedAt",
  duration: "duration",
  size: "fileSize",
} as const satisfies Record<FileSort, keyof typeof mediaFiles>;

function ordering(query: FileListQuery) {
  const sort = query.sort ?? "title";
  const order = query.order ?? (sort === "title" ? "asc" : "desc");
  return { sort, order, key: sortKeys[sort] } as const;
}

function filters(query: FileListQuery): SQL | undefined {
  return and(
    query.libraryId === undefined ? undefined : eq(mediaFiles.libraryId, query.libraryId),
    query.type === undefined ? undefined : eq(mediaFiles.mediaType, query.type),
    query.status === undefined ? undefined : eq(mediaFiles.status, query.status),
    query.isWatched === undefined ? undefined : watchedCondition(query.isWatched),
  );
}
