import { asc, desc, eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { contents } from "./schema.ts";

export interface ContentRow {
  readonly contentHash: string;
  /** Of the media file it was made from. */
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** Records that a content was used now, and which film it is of. */
export function touchContent(
  db: Database,
  contentHash: string,
  fingerprint: string,
  nowMs = Date.now(),
): Promise<void> {
  return db.write(async (queries) => {
    await queries
      .insert(contents)
      .values({ contentHash, fingerprint, createdAt: nowMs, lastUsedAt: nowMs })
      .onConflictDoUpdate({ target: contents.contentHash, set: { lastUsedAt: nowMs } });
  });
}

/** All content made from one film, last used first. */
export function listContentsOf(db: Database, fingerprint: string): Promise<ContentRow[]> {
  return db.read((queries) =>
    queries
      .select()
      .from(contents)
      .where(eq(contents.fingerprint, fingerprint))
      .orderBy(desc(contents.lastUsedAt)),
  );
}

/** Contents longest unused first: the order of eviction. */
export function listLeastUsedContents(db: Database, limit: number): Promise<ContentRow[]> {
  return db.read((queries) =>
    queries.select().from(contents).orderBy(asc(contents.lastUsedAt)).limit(limit),
  );
}

export function forgetContent(db: Database, contentHash: string): Promise<void> {
  return db.write(async (queries) => {
    await queries.delete(contents).where(eq(contents.contentHash, contentHash));
  });
}
