import { desc, eq, or } from "drizzle-orm";
import type { Database } from "./database.ts";
import { contents } from "./schema.ts";
import type { ContentUse } from "./transcode-sessions.ts";

export interface ContentRow {
  readonly contentHash: string;
  /** Of the media file it was made from. */
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
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

/** Whether a content, or any content of its film, was ever played by way of this database. */
export async function wasContentUsed(
  db: Database,
  contentHash: string,
  fingerprint: string,
): Promise<boolean> {
  const rows = await db.read((queries) =>
    queries
      .select({ hash: contents.contentHash })
      .from(contents)
      .where(or(eq(contents.contentHash, contentHash), eq(contents.fingerprint, fingerprint)))
      .limit(1),
  );
  return rows.length > 0;
}

/** When a content was last played by way of this database, Unix milliseconds; null for never. */
export async function contentLastUsedAt(db: Database, contentHash: string): Promise<number | null> {
  const [row] = await db.read((queries) =>
    queries
      .select({ at: contents.lastUsedAt })
      .from(contents)
      .where(eq(contents.contentHash, contentHash)),
  );
  return row?.at ?? null;
}

/** Takes note of a content that was made before anybody played it; leaves one that is known as it is. */
export function noteContent(
  db: Database,
  { contentHash, fingerprint, at }: ContentUse,
): Promise<void> {
  return db.write(async (queries) => {
    await queries
      .insert(contents)
      .values({ contentHash, fingerprint, createdAt: at, lastUsedAt: at })
      .onConflictDoNothing();
  });
}

export function forgetContent(db: Database, contentHash: string): Promise<void> {
  return db.write(async (queries) => {
    await queries.delete(contents).where(eq(contents.contentHash, contentHash));
  });
}
