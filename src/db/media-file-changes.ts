import { and, eq, gt, inArray, lt, ne, or, sql } from "drizzle-orm";
import type { ErrorCode } from "../errors/catalogue.ts";
import type { MusicTags } from "../media/music-tags.ts";
import type { Source } from "../media/source.ts";
import { keepAlbum } from "./album-changes.ts";
import type { Database, Queries } from "./database.ts";
import type { FileNames } from "./file-names.ts";
import { foldText, sortTitle } from "./fold-text.ts";
import { mediaFiles, type FileStatus, type LibraryType } from "./schema.ts";
import { keepSeries, type KnownSeries } from "./series-changes.ts";
import { parseSourceJson, sourceVersion } from "./source-json.ts";
import { taggedNames } from "./tagged-names.ts";

/** Where a file lies and what it is called. */
export interface FilePlace {
  readonly libraryId: string;
  readonly mediaType: LibraryType;
  /** Absolute. */
  readonly path: string;
  /** The path within the library: a search finds a file by its folders, too. */
  readonly relativePath: string;
  readonly names: FileNames;
}

/** What a look at a file found. */
export interface FileFacts {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** Null where nothing could be read. */
  readonly fingerprint: string | null;
  readonly outcome: Source | UnreadableFile;
}

export interface UnreadableFile {
  readonly reasonCode: ErrorCode;
  readonly reason: string;
}

export type FileChange =
  | { readonly kind: "add"; readonly place: FilePlace; readonly facts: FileFacts }
  /** Other content under the same name, or a second look at the same content. */
  | {
      readonly kind: "replace";
      readonly id: string;
      readonly place: FilePlace;
      readonly facts: FileFacts;
    }
  /** The same content under another name. */
  | {
      readonly kind: "move";
      readonly id: string;
      readonly place: FilePlace;
      readonly mtimeMs: number;
    }
  /** The same content with another time, or there again; what was known of it holds. */
  | { readonly kind: "confirm"; readonly id: string; readonly mtimeMs: number }
  /** Called something else than before: rules, NFO files or the library's folder are others. */
  | { readonly kind: "name"; readonly id: string; readonly place: FilePlace }
  | { readonly kind: "lose"; readonly id: string };

/** What a scan compares the disk with. */
export interface KnownFile {
  readonly id: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly fingerprint: string | null;
  readonly status: FileStatus;
  /** Its last probe succeeded. */
  readonly isReadable: boolean;
  /** Probed by a program whose `Source` had another form. */
  readonly isOutdated: boolean;
  /** Of the names it has; "" for none. */
  readonly namingKey: string;
}

/** What is known of a library: all of it, or the files at and below some paths and the missing ones. */
export async function listKnownFiles(
  db: Database,
  libraryId: string,
  below?: readonly string[],
): Promise<KnownFile[]> {
  const where =
    below === undefined
      ? undefined
      : or(eq(mediaFiles.status, "missing"), ...below.map((path) => atOrBelow(path)));
  const rows = await db.read((queries) =>
    queries
      .select(knownColumns)
      .from(mediaFiles)
      .where(and(eq(mediaFiles.libraryId, libraryId), where)),
  );
  return rows.map(toKnownFile);
}

/** Files of any library with one of these fingerprints, missing ones too. */
export async function listKnownByFingerprint(
  db: Database,
  fingerprints: readonly string[],
): Promise<KnownFile[]> {
  const rows = await db.read((queries) =>
    queries
      .select(knownColumns)
      .from(mediaFiles)
      .where(inArray(mediaFiles.fingerprint, [...fingerprints])),
  );
  return rows.map(toKnownFile);
}

/** Makes all the changes in one transaction, in an order in which no two files ever share a path. */
export function applyFileChanges(
  db: Database,
  changes: readonly FileChange[],
  nowMs: number,
): Promise<void> {
  return db.write(async (queries) => {
    // A file that moves is lost first, so that two files may swap names.
    await lose(queries, idsOf(changes, ["lose", "move"]), nowMs);
    const known: KnownSeries = new Map();
    for (const change of changes) await applyChange(queries, change, nowMs, known);
    const added = [];
    for (const change of changes) {
      if (change.kind !== "add") continue;
      const place = await placeColumns(queries, change.place, known, tagsOf(change.facts));
      added.push(addedRow(place, change.facts, nowMs));
    }
    // The path may have been added by a scan of another process meanwhile.
    if (added.length > 0) await queries.insert(mediaFiles).values(added).onConflictDoNothing();
  });
}

function atOrBelow(path: string) {
  // "0" is the character after "/": a range that the index on paths can be read by.
  const below = and(gt(mediaFiles.path, `${path}/`), lt(mediaFiles.path, `${path}0`));
  return or(eq(mediaFiles.path, path), below);
}

const knownColumns = {
  id: mediaFiles.id,
  path: mediaFiles.path,
  sizeBytes: mediaFiles.fileSize,
  mtimeMs: mediaFiles.mtimeMs,
  fingerprint: mediaFiles.fingerprint,
  status: mediaFiles.status,
  metadataVersion: mediaFiles.metadataVersion,
  namingKey: mediaFiles.namingKey,
  readable: sql<number>`${mediaFiles.metadata} IS NOT NULL`,
};

interface KnownRow extends Omit<KnownFile, "isReadable" | "isOutdated"> {
  readonly metadataVersion: number;
  readonly readable: number;
}

function toKnownFile({ metadataVersion, readable, ...file }: KnownRow): KnownFile {
  return { ...file, isReadable: readable === 1, isOutdated: metadataVersion !== sourceVersion };
}

function idsOf(changes: readonly FileChange[], kinds: readonly FileChange["kind"][]): string[] {
  return changes.flatMap((change) =>
    change.kind !== "add" && kinds.includes(change.kind) ? [change.id] : [],
  );
}

async function lose(queries: Queries, ids: string[], nowMs: number): Promise<void> {
  if (ids.length === 0) return;
  await queries
    .update(mediaFiles)
    .set({ status: "missing", missingSince: nowMs, updatedAt: nowMs })
    .where(and(inArray(mediaFiles.id, ids), ne(mediaFiles.status, "missing")));
}

async function applyChange(
  queries: Queries,
  change: FileChange,
  nowMs: number,
  known: KnownSeries,
): Promise<void> {
  switch (change.kind) {
    case "add":
    case "lose":
      return;
    case "replace":
      await queries
        .update(mediaFiles)
        .set({
          ...(await placeColumns(queries, change.place, known, tagsOf(change.facts))),
          ...factColumns(change.facts),
          missingSince: null,
          updatedAt: nowMs,
        })
        .where(eq(mediaFiles.id, change.id));
      return;
    case "move":
      await queries
        .update(mediaFiles)
        .set({
          ...(await placeColumns(queries, change.place, known, await knownTags(queries, change))),
          ...thereAgain,
          mtimeMs: change.mtimeMs,
          updatedAt: nowMs,
        })
        .where(eq(mediaFiles.id, change.id));
      return;
    case "name":
      await queries
        .update(mediaFiles)
        .set({
          ...(await placeColumns(queries, change.place, known, await knownTags(queries, change))),
          updatedAt: nowMs,
        })
        .where(eq(mediaFiles.id, change.id));
      return;
    case "confirm":
      await queries
        .update(mediaFiles)
        .set({ ...thereAgain, mtimeMs: change.mtimeMs, updatedAt: nowMs })
        .where(eq(mediaFiles.id, change.id));
  }
}

/** Back to the status that the last probe gave; its reason was kept. */
const thereAgain = {
  status: sql<FileStatus>`CASE WHEN ${mediaFiles.metadata} IS NULL THEN 'unreadable' ELSE 'ready' END`,
  missingSince: null,
};

type PlaceColumns = Awaited<ReturnType<typeof placeColumns>>;

function addedRow(place: PlaceColumns, facts: FileFacts, nowMs: number) {
  return {
    id: crypto.randomUUID(),
    ...place,
    ...factColumns(facts),
    addedAt: nowMs,
    updatedAt: nowMs,
  };
}

/**
 * What of a row follows from where the file lies and, of music, from its tags. `known`: the series met so far in this
 * transaction.
 */
export async function placeColumns(
  queries: Queries,
  place: FilePlace,
  known: KnownSeries,
  tags: MusicTags | undefined,
) {
  const { libraryId, mediaType, path, relativePath } = place;
  const tagged = mediaType === "music" ? taggedNames(place.names, tags) : null;
  const names = tagged?.names ?? place.names;
  const album = tagged?.album ?? null;
  const { title, series, filmKey, episodeFrom, episodeTo } = names;
  const seriesId =
    series === null ? null : await keepSeries(queries, libraryId, series, relativePath, known);
  const searched = [title, names.searchWords, relativePath].filter((words) => words !== "");
  return {
    ...{ libraryId, mediaType, path, title, filmKey, seriesId, episodeFrom, episodeTo },
    albumId: album === null ? null : await keepAlbum(queries, libraryId, album),
    albumPlace: tagged?.albumPlace ?? null,
    sortTitle: sortTitle(names.sortTitle),
    searchText: foldText(searched.join("\n")),
    naming: JSON.stringify(names.naming),
    namingKey: names.key,
  };
}

function tagsOf({ outcome }: FileFacts): MusicTags | undefined {
  return "reasonCode" in outcome ? undefined : outcome.music;
}

/** Those that were read when a file was probed last. */
async function knownTags(
  queries: Queries,
  { id, place }: { readonly id: string; readonly place: FilePlace },
): Promise<MusicTags | undefined> {
  if (place.mediaType !== "music") return undefined;
  const [row] = await queries
    .select({ metadata: mediaFiles.metadata })
    .from(mediaFiles)
    .where(eq(mediaFiles.id, id));
  return parseSourceJson(row?.metadata ?? null)?.music;
}

function factColumns({ sizeBytes, mtimeMs, fingerprint, outcome }: FileFacts) {
  const common = { fileSize: sizeBytes, mtimeMs, fingerprint, metadataVersion: sourceVersion };
  if ("reasonCode" in outcome) {
    const { reasonCode, reason } = outcome;
    const nothing = { metadata: null, duration: 0, container: null };
    return { ...common, ...nothing, status: "unreadable" as const, reasonCode, reason };
  }
  return {
    ...common,
    metadata: JSON.stringify(outcome),
    duration: outcome.durationSeconds,
    container: outcome.container,
    status: "ready" as const,
    reasonCode: null,
    reason: null,
  };
}

/** No file is from before 1970 by a millisecond. */
const noTime = -1;

/** For a file that is another under the size and time of the one that was probed: it counts as changed, and the next scan looks. */
export async function distrustFile(db: Database, id: string): Promise<void> {
  await db.write((queries) =>
    queries.update(mediaFiles).set({ mtimeMs: noTime }).where(eq(mediaFiles.id, id)),
  );
}
