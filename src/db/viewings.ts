import { and, asc, desc, eq, gte, inArray, isNotNull, ne, sql, type SQL } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import { everyone, mediaFiles, viewings } from "./schema.ts";

/** What was seen of a media file. Positions in seconds, times in Unix milliseconds. */
export interface Viewing {
  /** 0 for the beginning, and for a file that was watched to its end. */
  readonly resumePosition: number;
  readonly lastWatchedAt: number | null;
  /** When it was last watched to its end, or said to be; null for not. */
  readonly watchedAt: number | null;
}

export const notViewed: Viewing = { resumePosition: 0, lastWatchedAt: null, watchedAt: null };

/** Where a viewer left off: seconds, 0 for a film watched to its end; `at` in Unix milliseconds. */
export interface ResumePoint {
  readonly mediaFileId: string;
  readonly position: number;
  readonly at: number;
  /** It was watched to its end; a file that was once stays so, from wherever it is watched again. */
  readonly isWatched: boolean;
}

/** Nothing for a file that there is no more. */
export async function keepResumePoint(
  queries: Queries,
  { mediaFileId, position, at, isWatched }: ResumePoint,
): Promise<void> {
  const watchedAt = isWatched ? at : null;
  await queries.run(sql`
    INSERT INTO ${viewings} (viewer, media_file_id, resume_position, last_watched_at, watched_at)
    SELECT ${everyone}, id, ${position}, ${at}, ${watchedAt} FROM ${mediaFiles} WHERE id = ${mediaFileId}
    ON CONFLICT (viewer, media_file_id) DO UPDATE SET
      resume_position = excluded.resume_position,
      last_watched_at = excluded.last_watched_at,
      watched_at = coalesce(excluded.watched_at, watched_at)`);
}

/** Says of a file that is there when it was watched to its end; null for not at all. */
export async function setWatched(
  db: Database,
  mediaFileId: string,
  watchedAt: number | null,
): Promise<void> {
  await db.write((queries) =>
    queries.run(sql`
      INSERT INTO ${viewings} (viewer, media_file_id, watched_at)
      SELECT ${everyone}, id, ${watchedAt} FROM ${mediaFiles} WHERE id = ${mediaFileId}
      ON CONFLICT (viewer, media_file_id) DO UPDATE SET
        resume_position = 0, watched_at = excluded.watched_at`),
  );
}

/** What was seen of each of some files; of the others nothing was. */
export async function listViewings(
  db: Database,
  mediaFileIds: readonly string[],
): Promise<ReadonlyMap<string, Viewing>> {
  if (mediaFileIds.length === 0) return new Map();
  const rows = await db.read((queries) =>
    queries
      .select({
        mediaFileId: viewings.mediaFileId,
        resumePosition: viewings.resumePosition,
        lastWatchedAt: viewings.lastWatchedAt,
        watchedAt: viewings.watchedAt,
      })
      .from(viewings)
      .where(and(eq(viewings.viewer, everyone), inArray(viewings.mediaFileId, [...mediaFileIds]))),
  );
  return new Map(rows.map(({ mediaFileId, ...viewing }) => [mediaFileId, viewing]));
}

/** A media file that can be played, and what was seen of it. */
export interface ViewedMedia extends Omit<Viewing, "lastWatchedAt"> {
  readonly mediaFileId: string;
  /** Seconds. */
  readonly duration: number;
  readonly lastWatchedAt: number;
}

/** What was watched since a moment, in Unix milliseconds, and can be played now, the last first; no music. */
export async function listRecentlyViewed(
  db: Database,
  sinceMs: number,
  limit: number,
): Promise<ViewedMedia[]> {
  const rows = await db.read((queries) =>
    queries
      .select({
        mediaFileId: viewings.mediaFileId,
        duration: mediaFiles.duration,
        resumePosition: viewings.resumePosition,
        lastWatchedAt: viewings.lastWatchedAt,
        watchedAt: viewings.watchedAt,
      })
      .from(viewings)
      .innerJoin(mediaFiles, eq(mediaFiles.id, viewings.mediaFileId))
      .where(
        and(
          eq(viewings.viewer, everyone),
          gte(viewings.lastWatchedAt, sinceMs),
          eq(mediaFiles.status, "ready"),
          ne(mediaFiles.mediaType, "music"),
        ),
      )
      .orderBy(desc(viewings.lastWatchedAt), asc(viewings.mediaFileId))
      .limit(limit),
  );
  return rows.map(({ lastWatchedAt, ...row }) => ({ ...row, lastWatchedAt: lastWatchedAt ?? 0 }));
}

/** Of a query on media files: only those that were watched to their end, or only those that were not. */
export function watchedCondition(isWatched: boolean): SQL {
  const watched = sql`SELECT 1 FROM ${viewings} WHERE ${and(
    eq(viewings.viewer, everyone),
    eq(viewings.mediaFileId, mediaFiles.id),
    isNotNull(viewings.watchedAt),
  )}`;
  return isWatched ? sql`EXISTS (${watched})` : sql`NOT EXISTS (${watched})`;
}
