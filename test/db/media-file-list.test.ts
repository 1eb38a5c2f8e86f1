import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import type { Database } from "../../src/db/database.ts";
import { applyFileChanges } from "../../src/db/media-file-changes.ts";
import {
  fileSorts,
  listMediaFiles,
  pageQuery,
  type FileListQuery,
} from "../../src/db/media-file-list.ts";
import type { MediaFile } from "../../src/db/media-files.ts";
import { mediaFiles } from "../../src/db/schema.ts";
import {
  addTestLibrary,
  openTestDatabase,
  testFile,
  testSource,
  type TestDatabase,
} from "./open-test-database.ts";

async function titles(db: Database, query: FileListQuery): Promise<string[]> {
  return (await listMediaFiles(db, query)).files.map(({ title }) => title);
}

async function allPages(db: Database, query: FileListQuery) {
  const files: MediaFile[] = [];
  const cursors: string[] = [];
  for (;;) {
    const cursor = cursors.at(-1);
    const page = await listMediaFiles(db, cursor === undefined ? query : { ...query, cursor });
    files.push(...page.files);
    if (page.nextCursor === null) return { files, cursors };
    cursors.push(page.nextCursor);
  }
}

describe("a list of a few files", () => {
  let opened: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    opened = await openTestDatabase();
    db = opened.db;
    await addTestLibrary(db);
    await addTestLibrary(db, { id: "library-2", path: "/other" });
    const names = [
      "Part 10",
      "part 2",
      "Ödipus",
      "The Godfather",
      `100% "real" film`,
      "八月の狂詩曲",
    ];
    await applyFileChanges(
      db,
      names.map((name) => testFile(name)),
      7,
    );
    const other = testFile("Godfather too", { libraryId: "library-2", sizeBytes: 5 });
    const unreadable = testFile("Broken");
    if (unreadable.kind !== "add") throw new Error("expected an added file");
    const outcome = { reasonCode: "PROBE_FAILED", reason: "it is text" } as const;
    const broken = { ...unreadable, facts: { ...unreadable.facts, fingerprint: null, outcome } };
    await applyFileChanges(db, [other, broken], 8);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  test("sorts titles as people do: without case and accents, numbers by value", async () => {
    expect(await titles(db, { libraryId: "library-1" })).toEqual([
      `100% "real" film`,
      "Broken",
      "Ödipus",
      "part 2",
      "Part 10",
      "The Godfather",
      "八月の狂詩曲",
    ]);
  });

  test.each([
    ["godf", ["Godfather too", "The Godfather"]],
    ["too GODFATHER", ["Godfather too"]],
    ["odip", ["Ödipus"]],
    ["ÖDI", ["Ödipus"]],
    ["pa 2", ["part 2"]],
    ["0%", [`100% "real" film`]],
    [`"real"`, [`100% "real" film`]],
    ["狂詩", ["八月の狂詩曲"]],
    ["月の狂詩", ["八月の狂詩曲"]],
    ["art 10.mkv", ["Part 10"]],
    ["' OR 1=1 --", []],
    ["nothing", []],
    ["par\0ten", []],
  ])("a search for %j finds %j", async (q, expected) => {
    const page = await listMediaFiles(db, { q });
    expect(page.files.map(({ title }) => title)).toEqual(expected);
    expect(page.total).toBe(expected.length);
  });

  test("filters by library, type and status, and counts what passes", async () => {
    expect(await titles(db, { libraryId: "library-2" })).toEqual(["Godfather too"]);
    expect(await titles(db, { status: "unreadable" })).toEqual(["Broken"]);
    expect((await listMediaFiles(db, { type: "movie", limit: 1 })).total).toBe(8);
    expect(await titles(db, { type: "music" })).toEqual([]);
    expect(await titles(db, { q: "godfather", libraryId: "library-1" })).toEqual(["The Godfather"]);
  });

  test("a file comes back with its source as it was probed, an unreadable one with the reason", async () => {
    const [godfather] = (await listMediaFiles(db, { q: "god", libraryId: "library-1" })).files;
    expect(godfather).toMatchObject({ source: testSource(), duration: 60, status: "ready" });
    const [broken] = (await listMediaFiles(db, { q: "broken" })).files;
    expect(broken).toMatchObject({
      source: null,
      reasonCode: "PROBE_FAILED",
      reason: "it is text",
    });
  });

  test("a cursor of another sort, or made up, is refused", async () => {
    const { nextCursor } = await listMediaFiles(db, { limit: 1 });
    for (const cursor of [nextCursor ?? "", "", "x", "bnVsbA", btoa('{"sort":"size"}')]) {
      const page = listMediaFiles(db, { sort: "size", cursor });
      await expect(page).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    }
    const reversed = listMediaFiles(db, { order: "desc", cursor: nextCursor ?? "" });
    await expect(reversed).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });
});

describe("a list of 12,000 files", () => {
  const count = 12_000;
  let opened: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    opened = await openTestDatabase();
    db = opened.db;
    await addTestLibrary(db);
    for (let at = 0; at < count; at += 1000) {
      const some = Array.from({ length: 1000 }, (_, i) => {
        const n = ((at + i) * 7919) % count;
        // Many equal keys, so that a page often ends between files that sort alike.
        const durationSeconds = n % 10;
        return testFile(`Film ${n}`, { sizeBytes: n % 100, source: { durationSeconds } });
      });
      await applyFileChanges(db, some, at);
    }
  }, 60_000);
  afterAll(() => opened[Symbol.asyncDispose]());

  test.each([
    ["title", "asc"],
    ["added", "desc"],
    ["duration", "desc"],
    ["size", "asc"],
  ] as const)("pages by %s %s give each file once, in order", async (sort, order) => {
    const { files } = await allPages(db, { sort, order, limit: 500 });
    expect(new Set(files.map(({ id }) => id)).size).toBe(count);
    const keys = files.map((file) => {
      if (sort === "title") return Number(file.title.slice(5));
      return { added: file.addedAt, duration: file.duration, size: file.fileSize }[sort];
    });
    const sorted = keys.toSorted((a, b) => (order === "asc" ? a - b : b - a));
    expect(keys).toEqual(sorted);
  });

  test("files that come and go between two pages neither repeat nor hide others", async () => {
    const first = await listMediaFiles(db, { limit: 10 });
    await applyFileChanges(db, [testFile("Film 0000 first of all")], 1);
    const second = await listMediaFiles(db, { limit: 10, cursor: first.nextCursor ?? "" });
    expect(second.files.map(({ title }) => title)).toEqual(
      Array.from({ length: 10 }, (_, i) => `Film ${i + 10}`),
    );
    await db.write((queries) =>
      queries.run(sql`DELETE FROM media_files WHERE title LIKE '%of all'`),
    );
  });

  test("a page begins at its key in an index and sorts nothing, wherever it lies", async () => {
    const plans: string[] = [];
    for (const sort of fileSorts) {
      for (const order of ["asc", "desc"] as const) {
        for (const conditions of [undefined, eq(mediaFiles.libraryId, "library-1")]) {
          const page = { sort, order, conditions, place: { value: 5, number: 5 }, rows: 50 };
          const plan = await db.read((queries) =>
            queries.all<{ detail: string }>(
              sql`EXPLAIN QUERY PLAN ${pageQuery(queries, page).getSQL()}`,
            ),
          );
          plans.push(plan.map(({ detail }) => detail).join("; "));
        }
      }
    }
    for (const plan of plans) {
      expect(plan).toMatch(
        /^SEARCH media_files USING INDEX media_files_(library_)?by_\w+ \(.*[<>].*\)$/,
      );
    }
  });

  test.each([
    {},
    { q: "film" },
    { q: "film 7" },
    { libraryId: "library-1", sort: "size" as const },
  ])("the last pages of %j cost no more than the first", async (query) => {
    const page = { ...query, limit: 50 };
    const { cursors } = await allPages(db, { ...page, limit: 500 });
    const [early, late] = [cursors[0] ?? "", cursors.at(-1) ?? ""];
    expect(cursors.length).toBeGreaterThan(5);
    const best = { early: Number.POSITIVE_INFINITY, late: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 15; round++) {
      best.early = Math.min(
        best.early,
        await timeMs(() => listMediaFiles(db, { ...page, cursor: early })),
      );
      best.late = Math.min(
        best.late,
        await timeMs(() => listMediaFiles(db, { ...page, cursor: late })),
      );
    }
    expect(best.late).toBeLessThan(best.early * 2);
  });
});

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
