import { and, asc, count, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";
import { foldText } from "./fold-text.ts";
import { decodeCursor, encodeCursor } from "./list-cursor.ts";
import { toMediaFile, type MediaFile } from "./media-files.ts";
import { mediaFiles, type FileStatus, type LibraryType } from "./schema.ts";

export const fileSorts = ["title", "added", "duration", "size"] as const;
export type FileSort = (typeof fileSorts)[number];

export interface FileListQuery {
  /** Words that must all occur in title or path; case and accents do not matter. */
  readonly q?: string | undefined;
  readonly libraryId?: string | undefined;
  readonly type?: LibraryType | undefined;
  /** All when left out, missing and unreadable ones too. */
  readonly status?: FileStatus | undefined;
  readonly sort?: FileSort | undefined;
  readonly order?: "asc" | "desc" | undefined;
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before, with the same sort and order. */
  readonly cursor?: string | undefined;
}

export interface FilePage {
  readonly files: readonly MediaFile[];
  readonly nextCursor: string | null;
  /** Of all pages. */
  readonly total: number;
}

const defaultLimit = 50;

/**
 * One page of files. The cost of a page does not depend on where it lies: it begins at a key of an
 * index, not at a count of rows. Throws INVALID_REQUEST for a cursor of another sort, or none of ours.
 */
export async function listMediaFiles(db: Database, query: FileListQuery): Promise<FilePage> {
  const limit = query.limit ?? defaultLimit;
  const conditions = filters(query);
  const [rows, total] = await Promise.all([
    db.read((queries) => pageQuery(queries, query, limit + 1)),
    db.read(async (queries) => {
      const counted = await queries.select({ files: count() }).from(mediaFiles).where(conditions);
      return counted[0]?.files ?? 0;
    }),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const { sort, order, key } = ordering(query);
  return {
    files: page.map(toMediaFile),
    nextCursor:
      rows.length > limit && last
        ? encodeCursor({ sort, order, value: last[key], number: last.number })
        : null,
    total,
  };
}

/** The query of one page, apart so that a test can ask SQLite how it would go about it. */
export function pageQuery(
  queries: Parameters<Parameters<Database["read"]>[0]>[0],
  query: FileListQuery,
  rows: number,
) {
  const { sort, order, key } = ordering(query);
  const column: SQLiteColumn = mediaFiles[key];
  const direction = order === "asc" ? asc : desc;
  const from = query.cursor === undefined ? undefined : decodeCursor(query.cursor, sort, order);
  const beyond = order === "asc" ? sql`>` : sql`<`;
  const after =
    from && sql`(${column}, ${mediaFiles.number}) ${beyond} (${from.value}, ${from.number})`;
  return queries
    .select()
    .from(mediaFiles)
    .where(and(filters(query), after))
    .orderBy(direction(column), direction(mediaFiles.number))
    .limit(rows);
}

function ordering(query: FileListQuery) {
  const sort = query.sort ?? "title";
  const order = query.order ?? (sort === "title" ? "asc" : "desc");
  const keys = {
    title: "sortTitle",
    added: "addedAt",
    duration: "duration",
    size: "fileSize",
  } as const;
  return { sort, order, key: keys[sort] } as const;
}

function filters(query: FileListQuery): SQL | undefined {
  return and(
    query.libraryId === undefined ? undefined : eq(mediaFiles.libraryId, query.libraryId),
    query.type === undefined ? undefined : eq(mediaFiles.mediaType, query.type),
    query.status === undefined ? undefined : eq(mediaFiles.status, query.status),
    ...searchConditions(query.q ?? ""),
  );
}

/** Words of three letters or more go through the trigram index; it cannot see shorter ones. */
function searchConditions(q: string): SQL[] {
  const words = foldText(q)
    .split(/\s+/)
    .filter((word) => word !== "");
  const long = words.filter((word) => Array.from(word).length >= 3);
  const short = words.filter((word) => Array.from(word).length < 3);
  const conditions = short.map((word) => sql`instr(${mediaFiles.searchText}, ${word}) > 0`);
  if (long.length > 0) {
    const match = long.map((word) => `"${word.replaceAll('"', '""')}"`).join(" AND ");
    const hits = sql`(SELECT rowid FROM media_search WHERE media_search MATCH ${match})`;
    conditions.push(inArray(mediaFiles.number, hits));
  }
  return conditions;
}
