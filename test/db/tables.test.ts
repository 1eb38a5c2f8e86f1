import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { forgetContent, listContentsOf } from "../../src/db/contents.ts";
import { clearFailures, listFailures, recordFailure } from "../../src/db/failed-jobs.ts";
import { deleteLibrary, getLibrary } from "../../src/db/libraries.ts";
import { applyFileChanges, listKnownFiles } from "../../src/db/media-file-changes.ts";
import { listMediaFiles } from "../../src/db/media-file-list.ts";
import { getMediaFile, locateFingerprint } from "../../src/db/media-files.ts";
import { getRecipeDescription, putRecipeDescription } from "../../src/db/recipe-descriptions.ts";
import { formerIds } from "../../src/db/schema.ts";
import { parseSourceJson } from "../../src/db/source-json.ts";
import {
  closeInterruptedSessions,
  getSession,
  saveSessions,
  type SessionRow,
} from "../../src/db/transcode-sessions.ts";
import { addTestLibrary, openTestDatabase, testFile, testSource } from "./open-test-database.ts";
import { plainNames } from "./plain-names.ts";

function session(id: string, change: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    status: "active",
    provider: "ffmpeg_software",
    contentHash: "a".repeat(64),
    mediaFileId: "file",
    request: "{}",
    decision: "transcode",
    container: "dash",
    position: 0,
    quality: null,
    error: null,
    createdAt: 1,
    updatedAt: 1,
    heartbeatAt: 1,
    ...change,
  };
}

test("a file is found by the id that another database had for it, for as long as there is the file", async () => {
  await using temp = await openTestDatabase();
  const { db } = temp;
  const library = await addTestLibrary(db);
  await applyFileChanges(db, [testFile("One"), testFile("Two")], 1);
  const [one, two] = (await listMediaFiles(db, {})).files;
  await db.write(async (queries) => {
    await queries.insert(formerIds).values([
      { id: "old-1", mediaFileId: one?.id ?? "" },
      { id: "old-2", mediaFileId: two?.id ?? "" },
      // An id of today goes before a former one.
      { id: two?.id ?? "", mediaFileId: one?.id ?? "" },
    ]);
  });
  expect(await getMediaFile(db, "old-1")).toEqual(one);
  expect(await getMediaFile(db, "old-2")).toEqual(two);
  expect(await getMediaFile(db, two?.id ?? "")).toEqual(two);
  expect(await getMediaFile(db, "old-3")).toBeUndefined();
  await deleteLibrary(db, library.id);
  expect(await getMediaFile(db, "old-1")).toBeUndefined();
  expect(await db.read((queries) => queries.select().from(formerIds))).toEqual([]);
});

const nothing = { sessions: [], resumePoints: [], contentUses: [] };

test("a source of an earlier version is loaded, and says nothing of what it did not know", () => {
  const dolbyVision = { profile: 8, level: 6, compatibilityId: 1 };
  const hdrMetadata = { mastering: null, light: { maxCll: 1000, maxFall: 400 } };
  const { video, audio, ...rest } = testSource();
  const [sound] = audio;
  if (video === null || sound === undefined) throw new Error("expected pictures and sound");
  const today = {
    ...rest,
    video: { ...video, level: 153, codecTag: "hvc1", dolbyVision, hdrMetadata },
    audio: [{ ...sound, bitDepth: 24 }],
  };
  const text = JSON.stringify(today);
  expect(parseSourceJson(text)).toEqual(today);
  const newer = new Set(["level", "codecTag", "dolbyVision", "hdrMetadata", "bitDepth"]);
  const before = JSON.stringify(
    JSON.parse(text, (key, value) => (newer.has(key) ? undefined : value)),
  );
  expect(before).not.toContain("codecTag");
  expect(parseSourceJson(before)).toEqual({
    ...rest,
    video: { ...video, level: null, codecTag: null, dolbyVision: null, hdrMetadata: null },
    audio: [{ ...sound, bitDepth: null }],
  });
});

test("a source of an earlier version has the languages of today", () => {
  const { audio, subtitles, ...rest } = testSource();
  const before = (track: { readonly language: string }) => ({
    ...track,
    language: { en: "eng", de: "ger" }[track.language],
    title: "5.1",
  });
  const text = JSON.stringify({
    ...rest,
    audio: audio.map(before),
    subtitles: subtitles.map(before),
  });
  const parsed = parseSourceJson(text);
  const languages = [...audio, ...subtitles].map(({ language }) => language);
  expect(languages).toEqual(["en", "de"]);
  const found = [...(parsed?.audio ?? []), ...(parsed?.subtitles ?? [])];
  expect(found.map(({ language }) => language)).toEqual(languages);
});

test("sessions, resume points and used contents are saved together", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  await addTestLibrary(db);
  await applyFileChanges(db, [testFile("Film")], 1);
  const mediaFileId = (await listMediaFiles(db, {})).files[0]?.id ?? "";
  await saveSessions(db, { ...nothing, sessions: [session("s", { mediaFileId })] });
  const changed = { position: 12.5, quality: "720p", heartbeatAt: 99, updatedAt: 99 };
  await saveSessions(db, {
    sessions: [session("s", { mediaFileId, ...changed }), session("t")],
    resumePoints: [
      { mediaFileId, position: 12.5, at: 99, isWatched: false },
      // A file that is gone by now is nobody's to resume, and no reason to lose the rest.
      { mediaFileId: "gone", position: 1, at: 99, isWatched: true },
    ],
    contentUses: [{ contentHash: "hash", fingerprint: "film", at: 99 }],
  });
  expect(await getSession(db, "s")).toEqual(session("s", { mediaFileId, ...changed }));
  expect(await getSession(db, "t")).toEqual(session("t"));
  const watched = { resumePosition: 12.5, lastWatchedAt: 99, watchedAt: null };
  expect(await getMediaFile(db, mediaFileId)).toMatchObject(watched);
  expect(await listContentsOf(db, "film")).toHaveLength(1);
});

test("sessions that a restart cut off are closed, ended ones left as they are", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  const failed = session("bad", { status: "failed", error: "no encoder" });
  await saveSessions(db, { ...nothing, sessions: [session("old"), failed] });
  expect(await closeInterruptedSessions(db, 60)).toBe(1);
  expect(await getSession(db, "old")).toMatchObject({ status: "closed", updatedAt: 60 });
  expect(await getSession(db, "bad")).toEqual(failed);
});

test("of two descriptions of one recipe the first stands", async () => {
  await using opened = await openTestDatabase();
  expect(await getRecipeDescription(opened.db, "k")).toBeUndefined();
  await putRecipeDescription(opened.db, "k", "first");
  await putRecipeDescription(opened.db, "k", "second");
  expect(await getRecipeDescription(opened.db, "k")).toBe("first");
});

test("failures are counted for each object and forgotten by object or content", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  expect(await recordFailure(db, "hash", "v/1.m4s", "first")).toBe(1);
  expect(await recordFailure(db, "hash", "v/1.m4s", "second")).toBe(2);
  expect(await recordFailure(db, "hash", "v/2.m4s", "other")).toBe(1);
  const known = async (): Promise<unknown[]> =>
    (await listFailures(db, "hash")).map(({ object, attempts, reason }) => [
      object,
      attempts,
      reason,
    ]);
  expect(await known()).toEqual([
    ["v/1.m4s", 2, "second"],
    ["v/2.m4s", 1, "other"],
  ]);
  await clearFailures(db, "hash", "v/1.m4s");
  expect(await known()).toEqual([["v/2.m4s", 1, "other"]]);
  await clearFailures(db, "hash");
  expect(await known()).toEqual([]);
});

test("contents are found by their film, the last used first", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  const use = (contentHash: string, fingerprint: string, at: number) =>
    saveSessions(db, { ...nothing, contentUses: [{ contentHash, fingerprint, at }] });
  await use("one", "film", 1);
  await use("two", "film", 2);
  await use("three", "other", 3);
  await use("one", "film", 4);
  const hashes = (rows: { contentHash: string }[]) => rows.map(({ contentHash }) => contentHash);
  expect(hashes(await listContentsOf(db, "film"))).toEqual(["one", "two"]);
  expect((await listContentsOf(db, "film"))[0]).toMatchObject({ createdAt: 1, lastUsedAt: 4 });
  await forgetContent(db, "two");
  expect(hashes(await listContentsOf(db, "film"))).toEqual(["one"]);
});

test("deleting a library deletes its files, scans and search entries, and no others", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  await addTestLibrary(db);
  await addTestLibrary(db, { id: "other", path: "/other" });
  const many = Array.from({ length: 1100 }, (_, i) => testFile(`Film ${i}`));
  await applyFileChanges(db, [...many, testFile("Kept", { libraryId: "other" })], 1);
  expect(await deleteLibrary(db, "library-1")).toBe(true);
  expect(await deleteLibrary(db, "library-1")).toBe(false);
  expect(await getLibrary(db, "library-1")).toBeUndefined();
  expect((await listMediaFiles(db, {})).files.map(({ title }) => title)).toEqual(["Kept"]);
  const hits = await db.read((queries) =>
    queries.values(sql`SELECT rowid FROM media_search WHERE media_search MATCH '"film"'`),
  );
  expect(hits).toHaveLength(0);
  // FTS5 compares its index with the table: throws when they disagree.
  const check = sql`INSERT INTO media_search (media_search, rank) VALUES ('integrity-check', 1)`;
  await db.write((queries) => queries.run(check));
});

test("two files may swap their paths in one go, and the search follows", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  await addTestLibrary(db);
  await applyFileChanges(db, [testFile("Alpha"), testFile("Omega")], 1);
  const [alpha, omega] = (await listMediaFiles(db, {})).files;
  if (!alpha || !omega) throw new Error("expected two files");
  const common = { libraryId: "library-1", mediaType: "movie" as const };
  const placed = (title: string) => ({
    ...common,
    names: plainNames(title),
    path: `/films/${title}.mkv`,
    relativePath: `${title}.mkv`,
  });
  await applyFileChanges(
    db,
    [
      { kind: "move", id: alpha.id, place: placed("Omega"), mtimeMs: 7 },
      { kind: "move", id: omega.id, place: placed("Alpha"), mtimeMs: 8 },
    ],
    2,
  );
  const found = (await listMediaFiles(db, { q: "alpha" })).files;
  expect(found.map(({ id, path }) => [id, path])).toEqual([[omega.id, "/films/Alpha.mkv"]]);
});

test("a missing file is not located, keeps what was known, and comes back with it", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  await addTestLibrary(db);
  await applyFileChanges(db, [testFile("Film")], 1);
  const [known] = await listKnownFiles(db, "library-1");
  const id = known?.id ?? "";
  const fingerprint = known?.fingerprint ?? "";
  expect(await locateFingerprint(db, fingerprint)).toEqual([
    { id, path: "/films/Film.mkv", sizeBytes: 1000, mtimeMs: 5 },
  ]);
  await applyFileChanges(db, [{ kind: "lose", id }], 2);
  expect(await locateFingerprint(db, fingerprint)).toEqual([]);
  const missing = { status: "missing", missingSince: 2, source: testSource() } as const;
  expect(await getMediaFile(db, id)).toMatchObject(missing);
  await applyFileChanges(db, [{ kind: "confirm", id, mtimeMs: 9 }], 3);
  const there = { status: "ready", missingSince: null, mtimeMs: 9, source: testSource() } as const;
  expect(await getMediaFile(db, id)).toMatchObject(there);
});

test("stored metadata of another form is no source, and is said to be outdated", async () => {
  expect(parseSourceJson(JSON.stringify(testSource()))).toEqual(testSource());
  for (const text of [null, "", "null", "{}", '{"fingerprint":1}', "[]"]) {
    expect(parseSourceJson(text)).toBeNull();
  }
  await using opened = await openTestDatabase();
  const { db } = opened;
  await addTestLibrary(db);
  await applyFileChanges(db, [testFile("Film")], 1);
  expect(await listKnownFiles(db, "library-1")).toMatchObject([{ isOutdated: false }]);
  await db.write((queries) => queries.run(sql`UPDATE media_files SET metadata_version = 0`));
  expect(await listKnownFiles(db, "library-1")).toMatchObject([{ isOutdated: true }]);
});
