import {
  and,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNotNull,
  ne,
  sql,
  type InferSelectModel,
} from "drizzle-orm";
import type { FileAddress } from "../media/file-address.ts";
import type { Source } from "../media/source.ts";
import type { Database } from "./database.ts";
import { parseNaming, type FileNaming } from "./file-names.ts";
import {
  fingerprintDigest,
  formerIds,
  mediaFiles,
  type FileStatus,
  type LibraryType,
} from "./schema.ts";
import { parseSourceJson } from "./source-json.ts";
import { listViewings, notViewed, type Viewing } from "./viewings.ts";

/** A media file of a library. Durations and positions in seconds, times in Unix milliseconds. */
export interface MediaFile {
  readonly id: string;
  readonly libraryId: string;
  /** Absolute. */
  readonly path: string;
  readonly title: string;
  readonly mediaType: LibraryType;
  readonly status: FileStatus;
  /** Why it is unreadable: a code of the catalogue and a sentence. */
  readonly reasonCode: string | null;
  readonly reason: string | null;
  /** As last probed; null where that failed. A missing file keeps what it had. */
  readonly source: Source | null;
  readonly duration: number;
  /** Bytes. */
  readonly fileSize: number;
  /** Whole milliseconds, truncated. */
  readonly mtimeMs: number;
  readonly fingerprint: string | null;
  readonly container: string | null;
  readonly addedAt: number;
  readonly updatedAt: number;
  readonly missingSince: number | null;
  readonly naming: FileNaming;
  readonly filmKey: string | null;
  readonly seriesId: string | null;
  readonly episodeFrom: string | null;
  readonly episodeTo: string | null;
  readonly albumId: string | null;
}

/** A media file with what was seen of it. */
export interface ViewedFile extends MediaFile, Viewing {}

export interface FileLocation {
  readonly id: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** A file by its id, or by one that it had in a database that was taken over. */
export async function getMediaFile(db: Database, id: string): Promise<ViewedFile | undefined> {
  const rows = await db.read((queries) =>
    queries.select().from(mediaFiles).where(eq(mediaFiles.id, id)),
  );
  const row = rows[0] ?? (await getByFormerId(db, id));
  const [file] = await withViewings(db, row ? [row] : []);
  return file;
}

/** Rows as files, with what was seen of each. */
export async function withViewings(
  db: Database,
  rows: readonly InferSelectModel<typeof mediaFiles>[],
): Promise<ViewedFile[]> {
  const seen = await listViewings(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...toMediaFile(row), ...(seen.get(row.id) ?? notViewed) }));
}

async function getByFormerId(db: Database, id: string) {
  const [row] = await db.read((queries) =>
    queries
      .select({ file: mediaFiles })
      .from(formerIds)
      .innerJoin(mediaFiles, eq(mediaFiles.id, formerIds.mediaFileId))
      .where(eq(formerIds.id, id)),
  );
  return row?.file;
}

/** How many films all libraries hold, missing ones too. */
export async function countFilms(db: Database): Promise<number> {
  const rows = await db.read((queries) =>
    queries.select({ films: count() }).from(mediaFiles).where(isNotNull(mediaFiles.fingerprint)),
  );
  return rows[0]?.films ?? 0;
}

/** What a film is called where it lies, or lay; null for one that no library has. */
export async function titleOfFilm(db: Database, fingerprint: string): Promise<string | null> {
  const [row] = await db.read((queries) =>
    queries
      .select({ title: mediaFiles.title })
      .from(mediaFiles)
      .where(eq(mediaFiles.fingerprint, fingerprint))
      .orderBy(sql`${mediaFiles.status} = 'missing'`, mediaFiles.number)
      .limit(1),
  );
  return row?.title ?? null;
}

/** A media file that can be played now, but for music. Seconds, Unix milliseconds. */
export interface PlayableTitle {
  readonly id: string;
  readonly duration: number;
  readonly addedAt: number;
}

const playableTitle = {
  ...{ id: mediaFiles.id, duration: mediaFiles.duration, addedAt: mediaFiles.addedAt },
};
const isPlayable = and(eq(mediaFiles.status, "ready"), ne(mediaFiles.mediaType, "music"));

/** What came since a moment, the last first. */
export function listRecentlyAdded(
  db: Database,
  sinceMs: number,
  limit: number,
): Promise<PlayableTitle[]> {
  return db.read((queries) =>
    queries
      .select(playableTitle)
      .from(mediaFiles)
      .where(and(gte(mediaFiles.addedAt, sinceMs), isPlayable))
      .orderBy(desc(mediaFiles.addedAt), desc(mediaFiles.number))
      .limit(limit),
  );
}

/** Those of some files that can be played now. */
export async function listPlayable(db: Database, ids: readonly string[]): Promise<PlayableTitle[]> {
  if (ids.length === 0) return [];
  return db.read((queries) =>
    queries
      .select(playableTitle)
      .from(mediaFiles)
      .where(and(inArray(mediaFiles.id, [...ids]), isPlayable)),
  );
}

/** Every place where a film lies now, by its fingerprint. */
export function locateFingerprint(db: Database, fingerprint: string): Promise<FileLocation[]> {
  return db.read((queries) =>
    queries
      .select({
        id: mediaFiles.id,
        path: mediaFiles.path,
        sizeBytes: mediaFiles.fileSize,
        mtimeMs: mediaFiles.mtimeMs,
      })
      .from(mediaFiles)
      .where(and(eq(mediaFiles.fingerprint, fingerprint), ne(mediaFiles.status, "missing")))
      .orderBy(mediaFiles.number),
  );
}

/** Every place where a film lies now that is given as it is under this address, by its fingerprint and time of change. */
export async function listByFileAddress(
  db: Database,
  { digest, modifiedMs }: FileAddress,
): Promise<MediaFile[]> {
  const rows = await db.read((queries) =>
    queries
      .select()
      .from(mediaFiles)
      .where(
        and(
          eq(fingerprintDigest, digest),
          eq(mediaFiles.mtimeMs, modifiedMs),
          eq(mediaFiles.status, "ready"),
        ),
      )
      .orderBy(mediaFiles.number),
  );
  return rows.map(toMediaFile);
}

function toMediaFile(row: InferSelectModel<typeof mediaFiles>): MediaFile {
  const {
    number: _,
    sortTitle: __,
    searchText: ___,
    metadata,
    metadataVersion: ____,
    naming,
    namingKey: _____,
    ...file
  } = row;
  return { ...file, source: parseSourceJson(metadata), naming: parseNaming(naming) };
}
