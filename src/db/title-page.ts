import { asc, sql, type SQL } from "drizzle-orm";
import type { AnySQLiteColumn } from "drizzle-orm/sqlite-core";
import { foldText } from "./fold-text.ts";
import { decodeCursor, encodeCursor } from "./list-cursor.ts";

export interface TitleListQuery {
  readonly libraryId?: string | undefined;
  /** Words that must all occur in what is searched. */
  readonly q?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface TitlePage<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
  /** Of all pages, as counted for the first. */
  readonly total: number;
}

interface Titled {
  readonly sortTitle: string;
  readonly number: number;
}

export interface TitleList<Row extends Titled> {
  /** Names the list in its cursors. */
  readonly name: string;
  readonly columns: { readonly sortTitle: AnySQLiteColumn; readonly number: AnySQLiteColumn };
  /** Reads rows of the list, from such a place on. */
  readonly rows: (after: SQL | undefined, order: SQL[], limit: number) => Promise<Row[]>;
  readonly count: () => Promise<number>;
}

const defaultLimit = 50;

/** A page of a list that is sorted by title. Throws INVALID_REQUEST for a cursor of another list. */
export async function readTitlePage<Row extends Titled>(
  { name, columns, rows: read, count }: TitleList<Row>,
  query: Pick<TitleListQuery, "limit" | "cursor">,
): Promise<TitlePage<Row>> {
  const limit = query.limit ?? defaultLimit;
  const place = query.cursor === undefined ? null : decodeCursor(query.cursor, name, "asc");
  const { sortTitle, number } = columns;
  const after =
    place === null ? undefined : sql`(${sortTitle}, ${number}) > (${place.value}, ${place.number})`;
  const found = await read(after, [asc(sortTitle), asc(number)], limit + 1);
  const total = place?.total ?? (await count());
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  const next = last && { value: last.sortTitle, number: last.number, total };
  return {
    ...{ rows, total },
    nextCursor: next ? encodeCursor({ sort: name, order: "asc", ...next }) : null,
  };
}

/** That all words occur in a folded text. */
export function holdsWords(searchText: AnySQLiteColumn, words: string | undefined): SQL[] {
  return foldText(words ?? "")
    .split(/[\s\0]+/)
    .filter((word) => word !== "")
    .map((word) => sql`instr(${searchText}, ${word}) > 0`);
}
