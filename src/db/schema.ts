import { sql } from "drizzle-orm";
import {
  blob,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/**
 * Every table. After a change: `bun run migrations`, then list the new file in
 * embedded-migrations.ts (a test fails until both are done). Times are Unix milliseconds (`…_at`);
 * durations and positions seconds; sizes bytes.
 *
 * The full-text index `media_search` over `media_files.search_text` and its triggers are not told to
 * drizzle, which does not know virtual tables: they are written by hand in migration 0001. So is, in 0002, the index
 * `media_files_file_address` on `fingerprintDigest` and `mtime_ms`: drizzle-kit takes an expression to pieces at its commas.
 */

export const libraryTypes = ["movie", "tv", "music", "video"] as const;
export type LibraryType = (typeof libraryTypes)[number];

export const fileStatuses = ["ready", "unreadable", "missing"] as const;
export type FileStatus = (typeof fileStatuses)[number];

export const scanStatuses = ["running", "done", "failed", "cancelled"] as const;
export type ScanStatus = (typeof scanStatuses)[number];

/** `closed`: stopped, abandoned or cut off by a restart; `completed`: watched to the end. */
export const sessionStatuses = ["active", "completed", "closed", "failed"] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

export const jobKinds = ["prewarm"] as const;
export type JobKind = (typeof jobKinds)[number];

export const jobStatuses = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const libraries = sqliteTable("libraries", {
  id: text("id").primaryKey(),
  path: text("path").notNull().unique(),
  name: text("name").notNull(),
  type: text("type", { enum: libraryTypes }).notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Series of `tv` libraries; made and forgotten with their files. */
export const series = sqliteTable(
  "series",
  {
    number: integer("number").primaryKey(),
    id: text("id").notNull().unique(),
    libraryId: text("library_id")
      .notNull()
      .references(() => libraries.id, { onDelete: "cascade" }),
    /** What names of its files and folders have in common. */
    key: text("key").notNull(),
    title: text("title").notNull(),
    sortTitle: text("sort_title").notNull(),
    searchText: text("search_text").notNull(),
    year: integer("year"),
    /** `SeriesFacts` as JSON. */
    facts: text("facts").notNull(),
    /** The NFO file that this is from, within the library; "" where only names say it. */
    nfo: text("nfo").notNull(),
  },
  (table) => [
    uniqueIndex("series_key").on(table.libraryId, table.key),
    index("series_by_title").on(table.sortTitle, table.number),
    index("series_library_by_title").on(table.libraryId, table.sortTitle, table.number),
  ],
);

/** Albums of `music` libraries; made and forgotten with their files. */
export const albums = sqliteTable(
  "albums",
  {
    number: integer("number").primaryKey(),
    id: text("id").notNull().unique(),
    libraryId: text("library_id")
      .notNull()
      .references(() => libraries.id, { onDelete: "cascade" }),
    /** What tags or names of its files have in common. */
    key: text("key").notNull(),
    title: text("title").notNull(),
    sortTitle: text("sort_title").notNull(),
    searchText: text("search_text").notNull(),
    /** null where no file tells whose album it is. */
    artist: text("artist"),
    year: integer("year"),
  },
  (table) => [
    uniqueIndex("albums_key").on(table.libraryId, table.key),
    index("albums_by_title").on(table.sortTitle, table.number),
    index("albums_library_by_title").on(table.libraryId, table.sortTitle, table.number),
  ],
);

export const mediaFiles = sqliteTable(
  "media_files",
  {
    /** Row number: the last word of every sort order, and the key of the full-text index. */
    number: integer("number").primaryKey(),
    id: text("id").notNull().unique(),
    libraryId: text("library_id")
      .notNull()
      .references(() => libraries.id, { onDelete: "cascade" }),
    /** Absolute. Bytes that are not UTF-8 stand as `\xHH`; such a file is unreadable. */
    path: text("path").notNull(),
    title: text("title").notNull(),
    /** The title as it sorts: folded, numbers padded. */
    sortTitle: text("sort_title").notNull(),
    /** Folded title and path within the library: what a search looks through. */
    searchText: text("search_text").notNull(),
    mediaType: text("media_type", { enum: libraryTypes }).notNull(),
    /** The probed `Source` as JSON; null where it could not be probed. */
    metadata: text("metadata"),
    /** `sourceVersion` of the program that wrote `metadata`; another one is probed again. */
    metadataVersion: integer("metadata_version").notNull().default(0),
    duration: real("duration").notNull().default(0),
    fileSize: integer("file_size").notNull(),
    /** Whole milliseconds, truncated. */
    mtimeMs: integer("mtime_ms").notNull(),
    fingerprint: text("fingerprint"),
    container: text("container"),
    status: text("status", { enum: fileStatuses }).notNull(),
    reasonCode: text("reason_code"),
    reason: text("reason"),
    addedAt: integer("added_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    missingSince: integer("missing_since"),
    /** `FileNaming` as JSON; null until a scan by a program that reads names. */
    naming: text("naming"),
    /** Digest of what title and naming follow from: with another one a scan makes them anew, and probes nothing. */
    namingKey: text("naming_key").notNull().default(""),
    /** What versions and parts of one film have in common. */
    filmKey: text("film_key"),
    seriesId: text("series_id").references(() => series.id, { onDelete: "set null" }),
    /** Where in its series it begins and ends, as text that sorts; null for what is no episode. */
    episodeFrom: text("episode_from"),
    episodeTo: text("episode_to"),
    albumId: text("album_id").references(() => albums.id, { onDelete: "set null" }),
    /** Where in its album it is, as text that sorts: disc and track. */
    albumPlace: text("album_place"),
  },
  (table) => [
    // Missing rows keep the path they had, which another file may hold by now.
    uniqueIndex("media_files_path")
      .on(table.path)
      .where(sql`status <> 'missing'`),
    index("media_files_fingerprint").on(table.fingerprint),
    index("media_files_library_path").on(table.libraryId, table.path),
    index("media_files_series").on(table.seriesId, table.episodeFrom),
    index("media_files_album").on(table.albumId, table.albumPlace),
    index("media_files_film")
      .on(table.libraryId, table.filmKey)
      .where(sql`film_key IS NOT NULL`),
    index("media_files_missing")
      .on(table.libraryId)
      .where(sql`status = 'missing'`),
    index("media_files_by_title").on(table.sortTitle, table.number),
    index("media_files_by_added").on(table.addedAt, table.number),
    index("media_files_by_duration").on(table.duration, table.number),
    index("media_files_by_size").on(table.fileSize, table.number),
    index("media_files_library_by_title").on(table.libraryId, table.sortTitle, table.number),
    index("media_files_library_by_added").on(table.libraryId, table.addedAt, table.number),
    index("media_files_library_by_duration").on(table.libraryId, table.duration, table.number),
    index("media_files_library_by_size").on(table.libraryId, table.fileSize, table.number),
  ],
);

/** What of a fingerprint stands in a file's address (media/file-address.ts), in the words of the index on it. */
export const fingerprintDigest = sql<string>`substr(${mediaFiles.fingerprint}, -64, 52)`;

/** The viewer while there is no telling them apart: all of them. */
export const everyone = "";

/** What a viewer has seen of a media file. */
export const viewings = sqliteTable(
  "viewings",
  {
    viewer: text("viewer").notNull(),
    mediaFileId: text("media_file_id")
      .notNull()
      .references(() => mediaFiles.id, { onDelete: "cascade" }),
    /** Where to go on; 0 for the beginning. */
    resumePosition: real("resume_position").notNull().default(0),
    lastWatchedAt: integer("last_watched_at"),
    /** When it was last watched to its end, or said to be; null for not. */
    watchedAt: integer("watched_at"),
  },
  (table) => [
    primaryKey({ columns: [table.viewer, table.mediaFileId] }),
    index("viewings_media_file").on(table.mediaFileId),
  ],
);

/** Ids that other databases had for files of ours: links made of them lead to the same files. */
export const formerIds = sqliteTable(
  "former_ids",
  {
    id: text("id").primaryKey(),
    mediaFileId: text("media_file_id")
      .notNull()
      .references(() => mediaFiles.id, { onDelete: "cascade" }),
  },
  (table) => [index("former_ids_media_file").on(table.mediaFileId)],
);

export const scans = sqliteTable(
  "scans",
  {
    id: text("id").primaryKey(),
    libraryId: text("library_id")
      .notNull()
      .references(() => libraries.id, { onDelete: "cascade" }),
    status: text("status", { enum: scanStatuses }).notNull(),
    found: integer("found").notNull().default(0),
    added: integer("added").notNull().default(0),
    updated: integer("updated").notNull().default(0),
    moved: integer("moved").notNull().default(0),
    removed: integer("removed").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    currentPath: text("current_path"),
    startedAt: integer("started_at").notNull(),
    finishedAt: integer("finished_at"),
    error: text("error"),
  },
  (table) => [index("scans_library").on(table.libraryId, table.startedAt)],
);

export const transcodeSessions = sqliteTable(
  "transcode_sessions",
  {
    id: text("id").primaryKey(),
    status: text("status", { enum: sessionStatuses }).notNull(),
    provider: text("provider").notNull(),
    contentHash: text("content_hash").notNull(),
    mediaFileId: text("media_file_id").notNull(),
    /** The start request as JSON. */
    request: text("request").notNull(),
    decision: text("decision").notNull(),
    container: text("container").notNull(),
    position: real("position").notNull().default(0),
    quality: text("quality"),
    error: text("error"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    heartbeatAt: integer("heartbeat_at").notNull(),
  },
  // Every start and heartbeat pays for an index: no more than is asked for.
  (table) => [index("transcode_sessions_status").on(table.status)],
);

/** What describing a recipe gave (init segment, Shaka's words for it); the pipeline's cache. */
export const recipeDescriptions = sqliteTable("recipe_descriptions", {
  key: text("key").primaryKey(),
  payload: text("payload").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Where films can be cut, as far as that was looked for; kept for as long as a library holds the film. */
export const filmCuts = sqliteTable(
  "film_cuts",
  {
    fingerprint: text("fingerprint").notNull(),
    /** What was looked for; "" says that all that a start asks for was. */
    key: text("key").notNull(),
    /** Of the program's knowledge that found it; another one's is no answer. */
    version: integer("version").notNull(),
    payload: blob("payload", { mode: "buffer" }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.fingerprint, table.key] })],
);

/** What a season's episodes have in common, of each of them. */
export const filmSegments = sqliteTable(
  "film_segments",
  {
    fingerprint: text("fingerprint").notNull(),
    /** Which episodes were compared. */
    season: text("season").notNull(),
    /** Of the program's way to find them; another one's is no answer. */
    version: integer("version").notNull(),
    segments: text("segments").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.fingerprint, table.season] })],
);

export const failedJobs = sqliteTable(
  "failed_jobs",
  {
    contentHash: text("content_hash").notNull(),
    object: text("object").notNull(),
    attempts: integer("attempts").notNull(),
    reason: text("reason").notNull(),
    lastAt: integer("last_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.contentHash, table.object] })],
);

export const contents = sqliteTable(
  "contents",
  {
    contentHash: text("content_hash").primaryKey(),
    fingerprint: text("fingerprint").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at").notNull(),
  },
  (table) => [
    index("contents_fingerprint").on(table.fingerprint),
    index("contents_last_used").on(table.lastUsedAt),
  ],
);

/** What an operator said of plugins; one without a row is used. */
export const plugins = sqliteTable("plugins", {
  id: text("id").primaryKey(),
  isEnabled: integer("is_enabled", { mode: "boolean" }).notNull(),
});

/** Long work that was asked for: what waits or runs is gone on with after a restart, what has ended is kept for a while. */
export const jobs = sqliteTable(
  "jobs",
  {
    /** In the order in which they came. */
    number: integer("number").primaryKey(),
    id: text("id").notNull().unique(),
    kind: text("kind", { enum: jobKinds }).notNull(),
    status: text("status", { enum: jobStatuses }).notNull(),
    /** What is to be done, as JSON. */
    parameters: text("parameters").notNull(),
    /** What jobs about the same thing have in common. */
    subject: text("subject").notNull(),
    /** Which policy asked for it; null for a client. */
    policy: text("policy"),
    decision: text("decision"),
    contentHash: text("content_hash"),
    /** Why there was nothing to do. */
    note: text("note"),
    segmentsReady: integer("segments_ready").notNull().default(0),
    segmentsTotal: integer("segments_total").notNull().default(0),
    /** Of what it stored. */
    bytes: integer("bytes").notNull().default(0),
    /** The last day on which it ran, of this machine's clock, as `2026-11-30`, and for how long on that day. */
    workedDay: text("worked_day"),
    workedSeconds: real("worked_seconds").notNull().default(0),
    errorCode: text("error_code"),
    error: text("error"),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    finishedAt: integer("finished_at"),
  },
  (table) => [
    index("jobs_status").on(table.status),
    index("jobs_subject").on(table.subject),
    index("jobs_finished").on(table.finishedAt),
  ],
);
