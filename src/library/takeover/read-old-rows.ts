import type { Database } from "bun:sqlite";
import { ViewraError } from "../../errors/viewra-error.ts";
import { oldDatabaseError, openOldDatabase } from "./open-old-database.ts";

/** A row as it stands: SQLite keeps any type in any column. Null where the column is not there. */
export type OldRow<Column extends string> = Readonly<Record<Column, unknown>>;

const fileColumns = ["id", "path", "media_type"] as const;
const sessionColumns = [
  ...(["id", "status", "provider", "content_hash"] as const),
  ...(["request", "created_at", "updated_at"] as const),
] as const;

export type OldFileRow = OldRow<(typeof fileColumns)[number]>;
export type OldSessionRow = OldRow<(typeof sessionColumns)[number]>;

export interface OldRows {
  readonly files: readonly OldFileRow[];
  /** Null where there is no such table. */
  readonly sessions: readonly OldSessionRow[] | null;
}

/**
 * Everything of an old Viewra's database that can be taken over, read to its end before anything is done with it.
 * Throws DATABASE_UNUSABLE.
 */
export async function readOldRows(path: string): Promise<OldRows> {
  await using old = await openOldDatabase(path);
  const { sqlite } = old;
  try {
    // One state of both tables, and the lock's word on whether it may be read.
    return sqlite.transaction(() => {
      const columns = columnsOf(sqlite, "media_files");
      if (columns.has("sort_title")) throw foreign(path, "is a database of this program itself");
      if (!columns.has("id") || !columns.has("path")) {
        throw foreign(path, "has no table media_files with the columns id and path");
      }
      const files = readTable(sqlite, "media_files", fileColumns, columns);
      const sessions = columnsOf(sqlite, "transcode_sessions");
      return {
        files,
        sessions: sessions.has("id")
          ? readTable(sqlite, "transcode_sessions", sessionColumns, sessions)
          : null,
      };
    })();
  } catch (thrown) {
    throw oldDatabaseError(path, thrown);
  }
}

function foreign(path: string, what: string): ViewraError {
  return new ViewraError("DATABASE_UNUSABLE", `${path} ${what}`);
}

function columnsOf(sqlite: Database, table: string): ReadonlySet<string> {
  const rows = sqlite.query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?)");
  return new Set(rows.all(table).map(({ name }) => name.toLowerCase()));
}

function readTable<Column extends string>(
  sqlite: Database,
  table: string,
  wanted: readonly Column[],
  there: ReadonlySet<string>,
): OldRow<Column>[] {
  const columns = wanted.map((name) => (there.has(name) ? `"${name}"` : `NULL AS "${name}"`));
  const order = there.has("created_at") ? "created_at, id" : "id";
  return sqlite
    .query<OldRow<Column>, []>(`SELECT ${columns.join(", ")} FROM "${table}" ORDER BY ${order}`)
    .all();
}
