import { and, asc, desc, eq, inArray, isNotNull, sql, type InferSelectModel } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import { jobs, type JobStatus } from "./schema.ts";

/** Times in Unix milliseconds, sizes in bytes. */
export type JobRow = Omit<InferSelectModel<typeof jobs>, "number">;

const keptMs = 30 * 24 * 3_600_000;
const kept = 500;

/** Inserts a job or brings it up to date, and forgets what ended long ago. */
export async function saveJob(db: Database, row: JobRow): Promise<void> {
  await db.write(async (queries) => {
    const { id: _, ...change } = row;
    await queries.insert(jobs).values(row).onConflictDoUpdate({ target: jobs.id, set: change });
    if (row.finishedAt !== null) await forgetOldJobs(queries, row.finishedAt);
  });
}

/** What a policy made counts against its budget for as long as the job is on record: it is not crowded out. */
async function forgetOldJobs(queries: Queries, nowMs: number): Promise<void> {
  await queries.run(sql`
    DELETE FROM ${jobs} WHERE finished_at IS NOT NULL AND (
      finished_at < ${nowMs - keptMs} OR
      NOT (policy IS NOT NULL AND bytes > 0) AND number <= (
        SELECT number FROM ${jobs} WHERE finished_at IS NOT NULL
        ORDER BY number DESC LIMIT 1 OFFSET ${kept}))`);
}

export async function getJob(db: Database, id: string): Promise<JobRow | undefined> {
  const rows = await db.read((queries) => queries.select().from(jobs).where(eq(jobs.id, id)));
  return rows[0];
}

export interface JobListQuery {
  readonly status?: JobStatus | undefined;
  readonly limit: number;
}

/** The last that came first. */
export function listJobs(db: Database, { status, limit }: JobListQuery): Promise<JobRow[]> {
  return db.read((queries) =>
    queries
      .select()
      .from(jobs)
      .where(status === undefined ? undefined : eq(jobs.status, status))
      .orderBy(desc(jobs.number))
      .limit(limit),
  );
}

/** What waits, and what ran when the server ended, in the order in which it came. */
export function listUnfinishedJobs(db: Database): Promise<JobRow[]> {
  return db.read((queries) =>
    queries
      .select()
      .from(jobs)
      .where(inArray(jobs.status, ["queued", "running"]))
      .orderBy(asc(jobs.number)),
  );
}

/** Jobs about one thing that have ended, the last that came first. */
export function listEndedJobs(db: Database, subject: string): Promise<JobRow[]> {
  return db.read((queries) =>
    queries
      .select()
      .from(jobs)
      .where(and(eq(jobs.subject, subject), isNotNull(jobs.finishedAt)))
      .orderBy(desc(jobs.number)),
  );
}

/** What policies had made, as far as it is on record. */
export type PolicyWork = Pick<
  JobRow,
  "id" | "contentHash" | "bytes" | "workedDay" | "workedSeconds"
>;

export function listPolicyWork(db: Database): Promise<PolicyWork[]> {
  return db.read((queries) =>
    queries
      .select({
        id: jobs.id,
        contentHash: jobs.contentHash,
        bytes: jobs.bytes,
        workedDay: jobs.workedDay,
        workedSeconds: jobs.workedSeconds,
      })
      .from(jobs)
      .where(isNotNull(jobs.policy)),
  );
}
