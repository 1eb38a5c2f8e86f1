import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { failedJobs } from "./schema.ts";

export interface FailedJob {
  readonly contentHash: string;
  readonly object: string;
  /** Failures in a row. */
  readonly attempts: number;
  /** Of the last one. */
  readonly reason: string;
  readonly lastAt: number;
}

/** Counts one more failure of an object; answers with the failures so far. */
export function recordFailure(
  db: Database,
  contentHash: string,
  object: string,
  reason: string,
): Promise<number> {
  const lastAt = Date.now();
  return db.write(async (queries) => {
    const rows = await queries
      .insert(failedJobs)
      .values({ contentHash, object, attempts: 1, reason, lastAt })
      .onConflictDoUpdate({
        target: [failedJobs.contentHash, failedJobs.object],
        set: { attempts: sql`${failedJobs.attempts} + 1`, reason, lastAt },
      })
      .returning({ attempts: failedJobs.attempts });
    return rows[0]?.attempts ?? 1;
  });
}

export function listFailures(db: Database, contentHash: string): Promise<FailedJob[]> {
  return db.read((queries) =>
    queries.select().from(failedJobs).where(eq(failedJobs.contentHash, contentHash)),
  );
}

/** Forgets the failures of one object, or of a whole content. */
export function clearFailures(db: Database, contentHash: string, object?: string): Promise<void> {
  return db.write(async (queries) => {
    await queries
      .delete(failedJobs)
      .where(
        and(
          eq(failedJobs.contentHash, contentHash),
          object === undefined ? undefined : eq(failedJobs.object, object),
        ),
      );
  });
}
