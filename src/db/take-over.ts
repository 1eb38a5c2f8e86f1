import { and, eq, sql } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import type { LibraryRow } from "./libraries.ts";
import { placeColumns, type FilePlace } from "./media-file-changes.ts";
import { formerIds, libraries, mediaFiles, transcodeSessions } from "./schema.ts";
import type { SessionRow } from "./transcode-sessions.ts";

/** What another database knew, in terms of ours. */
export interface TakeOver {
  /** Those that are new. */
  readonly libraries: readonly LibraryRow[];
  readonly files: readonly TakenFile[];
  /** Their `mediaFileId` is an id there, or empty. */
  readonly sessions: readonly SessionRow[];
}

export interface TakenFile {
  /** The id that it has there. */
  readonly id: string;
  readonly place: FilePlace;
  readonly sizeBytes: number;
}

/** `linked`: the file is here under another id, and now found by that one as well. */
export type FileFate = "added" | "linked" | "known";
/** `lost`: it leads to no media file that is here and to no content. */
export type SessionFate = "added" | "known" | "lost";

export interface TakenOver {
  readonly files: readonly FileFate[];
  readonly sessions: readonly SessionFate[];
}

/**
 * Adds what is missing, all of it or nothing, and says what became of each. Files are added as not read yet, so that
 * the next scan reads them and keeps their ids. `dryRun`: says so and adds nothing.
 */
export async function takeOver(
  db: Database,
  { libraries: newLibraries, files, sessions }: TakeOver,
  { nowMs, dryRun }: { readonly nowMs: number; readonly dryRun: boolean },
): Promise<TakenOver> {
  let fates: TakenOver = { files: [], sessions: [] };
  const rehearsed = new Error("a dry run");
  await db
    .write(async (queries) => {
      if (newLibraries.length > 0) await queries.insert(libraries).values([...newLibraries]);
      const fileFates: FileFate[] = [];
      for (const file of files) fileFates.push(await takeFile(queries, file, nowMs));
      const sessionFates: SessionFate[] = [];
      for (const session of sessions) sessionFates.push(await takeSession(queries, session));
      fates = { files: fileFates, sessions: sessionFates };
      if (dryRun) throw rehearsed;
    })
    .catch((thrown: unknown) => {
      if (thrown !== rehearsed) throw thrown;
    });
  return fates;
}

async function takeFile(
  queries: Queries,
  { id, place, sizeBytes }: TakenFile,
  nowMs: number,
): Promise<FileFate> {
  if ((await todaysId(queries, id)) !== null) return "known";
  const mediaFileId = await idAt(queries, place.path);
  if (mediaFileId !== null) {
    await queries.insert(formerIds).values({ id, mediaFileId });
    return "linked";
  }
  await queries.insert(mediaFiles).values({
    id,
    ...(await placeColumns(queries, place, new Map(), undefined)),
    ...notReadYet,
    fileSize: sizeBytes,
    addedAt: nowMs,
    updatedAt: nowMs,
  });
  return "added";
}

/** No file is from before 1970 by a millisecond: the next scan finds it changed, and looks. */
const notReadYet = {
  mtimeMs: -1,
  status: "unreadable" as const,
  reasonCode: "MEDIA_CHANGED",
  reason: "Taken over from another database and not read yet: the next scan does",
};

async function takeSession(queries: Queries, session: SessionRow): Promise<SessionFate> {
  const [known] = await queries
    .select({ id: transcodeSessions.id })
    .from(transcodeSessions)
    .where(eq(transcodeSessions.id, session.id));
  if (known !== undefined) return "known";
  const mediaFileId = await todaysId(queries, session.mediaFileId);
  if (mediaFileId === null && session.contentHash === "") return "lost";
  await queries
    .insert(transcodeSessions)
    .values({ ...session, mediaFileId: mediaFileId ?? session.mediaFileId });
  return "added";
}

async function todaysId(queries: Queries, id: string): Promise<string | null> {
  const rows = await queries.all<{ id: string }>(sql`
    SELECT id FROM ${mediaFiles} WHERE id = ${id}
    UNION ALL SELECT media_file_id FROM ${formerIds} WHERE id = ${id} LIMIT 1`);
  return rows[0]?.id ?? null;
}

/** Of the file that lies there, else of one that lay there. */
async function idAt(queries: Queries, path: string): Promise<string | null> {
  // In the words of the two indexes, which hold rows of a status each.
  for (const status of [sql`status <> 'missing'`, sql`status = 'missing'`]) {
    const [row] = await queries
      .select({ id: mediaFiles.id })
      .from(mediaFiles)
      .where(and(eq(mediaFiles.path, path), status))
      .limit(1);
    if (row !== undefined) return row.id;
  }
  return null;
}
