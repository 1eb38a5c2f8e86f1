import { Database } from "bun:sqlite";

/** Rows for the seed's tables; any value may stand in any column, as SQLite allows. */
export interface OldContent {
  readonly files: readonly OldFile[];
  readonly sessions: readonly OldSession[];
  /** Whether sessions have the column `content_hash`, which came with the seed's last change. */
  readonly withHash: boolean;
  readonly journal: "delete" | "wal";
}

type Value = string | number | null;

export interface OldFile {
  readonly id: Value;
  readonly path: Value;
  readonly type: Value;
}

export interface OldSession {
  readonly id: Value;
  readonly status: Value;
  readonly hash: Value;
  readonly request: Value;
  readonly createdAt: Value;
}

/** Writes a database as the seed describes it. The caller closes it, which merges a log. */
export function writeOldDatabase(path: string, content: OldContent): Database {
  const db = new Database(path, { create: true });
  db.run(`PRAGMA journal_mode = ${content.journal}`);
  db.run(
    "CREATE TABLE media_files (id VARCHAR(36) PRIMARY KEY, path TEXT, media_type VARCHAR(20), " +
      "metadata JSON, duration INTEGER, file_size BIGINT)",
  );
  const hash = content.withHash ? "content_hash VARCHAR(64), " : "";
  db.run(
    `CREATE TABLE transcode_sessions (id VARCHAR(36) PRIMARY KEY, status VARCHAR(20), ` +
      `provider VARCHAR(50), ${hash}request TEXT, created_at TIMESTAMP, updated_at TIMESTAMP)`,
  );
  const file = db.query('INSERT INTO media_files VALUES (?, ?, ?, \'{"title":"x"}\', 60, 1000)');
  for (const { id, path: at, type } of content.files) file.run(id, at, type);
  const columns = `id, status, provider, request, created_at, updated_at${content.withHash ? ", content_hash" : ""}`;
  const session = db.query(
    `INSERT INTO transcode_sessions (${columns}) ` +
      `VALUES (?, ?, 'ffmpeg_nvidia', ?, ?, ?${content.withHash ? ", ?" : ""})`,
  );
  for (const { id, status, request, createdAt, hash: of } of content.sessions) {
    session.run(id, status, request, createdAt, createdAt, ...(content.withHash ? [of] : []));
  }
  return db;
}
