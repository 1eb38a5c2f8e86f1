import { eq, inArray } from "drizzle-orm";
import type { Database } from "./database.ts";
import { libraries, mediaFiles, type LibraryType } from "./schema.ts";

export interface LibraryRow {
  readonly id: string;
  /** Absolute, without a trailing slash; unique. */
  readonly path: string;
  readonly name: string;
  readonly type: LibraryType;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

const filesDeletedAtOnce = 500;

export function insertLibrary(db: Database, row: LibraryRow): Promise<void> {
  return db.write(async (queries) => {
    await queries.insert(libraries).values(row);
  });
}

/** All libraries, oldest first. */
export function listLibraries(db: Database): Promise<LibraryRow[]> {
  return db.read((queries) =>
    queries.select().from(libraries).orderBy(libraries.createdAt, libraries.id),
  );
}

export async function getLibrary(db: Database, id: string): Promise<LibraryRow | undefined> {
  const rows = await db.read((queries) =>
    queries.select().from(libraries).where(eq(libraries.id, id)),
  );
  return rows[0];
}

/** Deletes a library with its files and scans; false when there was none. */
export async function deleteLibrary(db: Database, id: string): Promise<boolean> {
  // In steps: deleting ten thousand files in one go would hold up every other request.
  for (let deleted = filesDeletedAtOnce; deleted === filesDeletedAtOnce;) {
    deleted = await db.write(async (queries) => {
      const some = queries
        .select({ number: mediaFiles.number })
        .from(mediaFiles)
        .where(eq(mediaFiles.libraryId, id))
        .limit(filesDeletedAtOnce);
      const result = await queries.delete(mediaFiles).where(inArray(mediaFiles.number, some));
      return result.rowsAffected;
    });
  }
  const result = await db.write((queries) => queries.delete(libraries).where(eq(libraries.id, id)));
  return result.rowsAffected > 0;
}
