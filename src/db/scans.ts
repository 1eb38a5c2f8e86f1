import { eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { scans, type ScanStatus } from "./schema.ts";

/** What a scan met so far. */
export interface ScanCounters {
  /** Media files seen on disk. */
  readonly found: number;
  readonly added: number;
  /** Files whose content changed, and files that came back. */
  readonly updated: number;
  /** Files found again under another path. */
  readonly moved: number;
  /** Files that are no longer there; they stay listed as missing. */
  readonly removed: number;
  /** Files and folders that could not be read. */
  readonly failed: number;
}

export interface ScanRow extends ScanCounters {
  readonly id: string;
  readonly libraryId: string;
  readonly status: ScanStatus;
  readonly currentPath: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly error: string | null;
}

export function insertScan(db: Database, row: ScanRow): Promise<void> {
  return db.write(async (queries) => {
    await queries.insert(scans).values(row);
  });
}

export function updateScan(
  db: Database,
  id: string,
  change: Partial<Omit<ScanRow, "id" | "libraryId" | "startedAt">>,
): Promise<void> {
  return db.write(async (queries) => {
    await queries.update(scans).set(change).where(eq(scans.id, id));
  });
}

export async function getScan(db: Database, id: string): Promise<ScanRow | undefined> {
  const rows = await db.read((queries) => queries.select().from(scans).where(eq(scans.id, id)));
  return rows[0];
}

/** Ids of the libraries that were looked through from end to end at least once. */
export async function listScannedLibraries(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.read((queries) =>
    queries.selectDistinct({ id: scans.libraryId }).from(scans).where(eq(scans.status, "done")),
  );
  return new Set(rows.map(({ id }) => id));
}

/** Closes scans that a crash cut off; answers with their number. For the start of the server. */
export async function failInterruptedScans(db: Database, nowMs: number): Promise<number> {
  const result = await db.write((queries) =>
    queries
      .update(scans)
      .set({ status: "failed", finishedAt: nowMs, error: "cut off by a restart" })
      .where(eq(scans.status, "running")),
  );
  return result.rowsAffected;
}
