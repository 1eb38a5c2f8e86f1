import { and, desc, eq, gte, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { contents, transcodeSessions, type SessionStatus } from "./schema.ts";
import { keepResumePoint, type ResumePoint } from "./viewings.ts";

export interface SessionRow {
  readonly id: string;
  readonly status: SessionStatus;
  readonly provider: string;
  readonly contentHash: string;
  readonly mediaFileId: string;
  /** The start request as JSON. */
  readonly request: string;
  readonly decision: string;
  readonly container: string;
  /** Where the viewer is, seconds. */
  readonly position: number;
  readonly quality: string | null;
  readonly error: string | null;
  /** Unix milliseconds, as all three. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly heartbeatAt: number;
}

/** A content that somebody plays: what is used last is evicted last. */
export interface ContentUse {
  readonly contentHash: string;
  /** Of the film. */
  readonly fingerprint: string;
  readonly at: number;
}

export interface SessionBatch {
  readonly sessions: readonly SessionRow[];
  readonly resumePoints: readonly ResumePoint[];
  readonly contentUses: readonly ContentUse[];
}

/** Inserts sessions or brings them up to date, keeps resume points and which contents are used, in one transaction. */
export async function saveSessions(
  db: Database,
  { sessions, resumePoints, contentUses }: SessionBatch,
): Promise<void> {
  await db.write(async (queries) => {
    if (sessions.length > 0) {
      // One statement with one parameter, however many rows: a thousand starts a second must not
      // spend their time binding values. Read once to JSONB, which the limit keeps for all columns.
      const rows = sessions.map((session) => sessionKeys.map((key) => session[key]));
      const columns = sql.join(sessionKeys.map(columnName), sql`, `);
      const changes = sql.join(
        changingKeys.map((key) => sql`${columnName(key)} = excluded.${columnName(key)}`),
        sql`, `,
      );
      const values = sql.join(
        sessionKeys.map((_, i) => sql`session ->> ${sql.raw(String(i))}`),
        sql`, `,
      );
      await queries.run(sql`
        INSERT INTO ${transcodeSessions} (${columns})
        SELECT ${values} FROM (
          SELECT jsonb(value) AS session FROM json_each(${JSON.stringify(rows)}) LIMIT -1 OFFSET 0
        ) WHERE true
        ON CONFLICT (id) DO UPDATE SET ${changes}`);
    }
    for (const point of resumePoints) await keepResumePoint(queries, point);
    for (const { contentHash, fingerprint, at } of contentUses) {
      await queries
        .insert(contents)
        .values({ contentHash, fingerprint, createdAt: at, lastUsedAt: at })
        .onConflictDoUpdate({ target: contents.contentHash, set: { lastUsedAt: at } });
    }
  });
}

const sessionKeys = [
  "id",
  "status",
  "provider",
  "contentHash",
  "mediaFileId",
  "request",
  "decision",
  "container",
  "position",
  "quality",
  "error",
  "createdAt",
  "updatedAt",
  "heartbeatAt",
] as const satisfies readonly (keyof SessionRow)[];

/** What of a session changes while it lasts. */
const changingKeys = [
  "status",
  "position",
  "quality",
  "error",
  "updatedAt",
  "heartbeatAt",
] as const satisfies readonly (keyof SessionRow)[];

const columnName = (key: keyof SessionRow) => sql.identifier(transcodeSessions[key].name);

export async function getSession(db: Database, id: string): Promise<SessionRow | undefined> {
  const rows = await db.read((queries) =>
    queries.select().from(transcodeSessions).where(eq(transcodeSessions.id, id)),
  );
  return rows[0];
}

/** Sessions that began since a moment, in Unix milliseconds, the last first. */
export async function listSessionsSince(
  db: Database,
  sinceMs: number,
  limit: number,
): Promise<Pick<SessionRow, "mediaFileId" | "request" | "createdAt">[]> {
  // Their ids grow with time (UUIDs of version 7), and have an index; those of another Viewra's database lie anywhere.
  const time = Math.trunc(sinceMs).toString(16).padStart(12, "0");
  const firstId = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  return db.read((queries) =>
    queries
      .select({
        mediaFileId: transcodeSessions.mediaFileId,
        request: transcodeSessions.request,
        createdAt: transcodeSessions.createdAt,
      })
      .from(transcodeSessions)
      .where(and(gte(transcodeSessions.id, firstId), gte(transcodeSessions.createdAt, sinceMs)))
      .orderBy(desc(transcodeSessions.id))
      .limit(limit),
  );
}

/** Closes what a crash or restart cut off; answers with the number. For the start of the server. */
export async function closeInterruptedSessions(db: Database, nowMs: number): Promise<number> {
  const result = await db.write((queries) =>
    queries
      .update(transcodeSessions)
      .set({ status: "closed", error: "cut off by a restart", updatedAt: nowMs })
      .where(eq(transcodeSessions.status, "active")),
  );
  return result.rowsAffected;
}
