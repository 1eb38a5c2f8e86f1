import { expect, test } from "bun:test";
import { mkdir, readdir, symlink } from "node:fs/promises";
import fc from "fast-check";
import { insertLibrary } from "../../../src/db/libraries.ts";
import { applyFileChanges } from "../../../src/db/media-file-changes.ts";
import { listMediaFiles } from "../../../src/db/media-file-list.ts";
import { getMediaFile } from "../../../src/db/media-files.ts";
import { getSession } from "../../../src/db/transcode-sessions.ts";
import { takeOverOld, type TakeOverReport } from "../../../src/library/takeover/take-over-old.ts";
import { createTempFolder } from "../../support/temp-folder.ts";
import { openTestLibrary } from "../open-test-library.ts";
import { openTestDatabase, testSource } from "../../db/open-test-database.ts";
import { plainNames } from "../../db/plain-names.ts";
import { writeOldDatabase, type OldContent } from "./old-database.ts";

const names = ["a.mkv", "b.mp4", "Show/c.mkv", "Show/Season 1/d.mkv", "e é ✓.webm"];

/** What stands where a path should: one of the films, by itself or by a link, or nothing that can be taken over. */
const pathOf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("film"), name: fc.constantFrom(...names) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("link"), name: fc.constantFrom(...names) }),
  },
  {
    arbitrary: fc.record({ kind: fc.constant("gone"), name: fc.constantFrom(...names) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("broken"),
      name: fc.constantFrom(null, "", "films/a.mkv", 7, "/films/\u0000.mkv"),
    }),
    weight: 1,
  },
);

const content = fc.record({
  withHash: fc.boolean(),
  journal: fc.constantFrom("delete" as const, "wal" as const),
  isLeftOpen: fc.boolean(),
  files: fc.uniqueArray(
    fc.record({
      id: fc.oneof(fc.uuid(), fc.nat(), fc.constantFrom("", "a/b", "a b", null)),
      path: pathOf,
      type: fc.constantFrom("movie", "episode", "track", "nonsense", null),
    }),
    // A primary key, save for null, of which SQLite takes any number.
    { selector: ({ id }) => id ?? Symbol("none"), maxLength: 8 },
  ),
  sessions: fc.uniqueArray(
    fc.record({
      id: fc.oneof(fc.uuid(), fc.constantFrom("../x", null)),
      status: fc.constantFrom("completed", "running", "failed", "queued", null),
      hash: fc.constantFrom("ab".repeat(32), "AB".repeat(32), "none", null),
      of: fc.nat(12),
      key: fc.constantFrom("media_file_id", "mediaFileId", "MediaFileID", "media_id", "InputPath"),
      createdAt: fc.constantFrom("2024-05-01 12:00:00", 1_714_564_800, "yesterday", null),
    }),
    { selector: ({ id }) => id ?? Symbol("none"), maxLength: 6 },
  ),
  /** Films that our database knows already, under ids of its own. */
  scanned: fc.subarray(names),
});

test("every film that is there is found by its old id, sessions lead to it, and a second time adds nothing", async () => {
  await fc.assert(
    fc.asyncProperty(content, async ({ isLeftOpen, scanned, ...made }) => {
      await using temp = await createTempFolder("takeover");
      await using ours = await openTestDatabase();
      const films = temp.file("films");
      for (const name of names) await Bun.write(`${films}/${name}`, name);
      await symlink(films, temp.file("link"));
      const places = { film: films, link: temp.file("link"), gone: temp.file("gone") };
      const files = made.files.map(({ path: { kind, name }, ...file }) => ({
        ...file,
        kind,
        name,
        path: kind === "broken" ? name : `${places[kind]}/${name}`,
      }));
      const sessions = made.sessions.map(({ of, key, ...session }) => {
        const file = files[of];
        const value = key === "InputPath" ? file?.path : file?.id;
        return {
          ...session,
          of: file,
          request: JSON.stringify({ [key]: value, container: "hls" }),
        };
      });
      const old: OldContent = { ...made, files, sessions };
      if (scanned.length > 0) {
        const library = {
          id: "ours",
          path: films,
          name: "Films",
          type: "movie" as const,
          createdAt: 1,
        };
        await insertLibrary(ours.db, library);
        const outcome = testSource();
        const facts = { sizeBytes: 5, mtimeMs: 5, fingerprint: outcome.fingerprint, outcome };
        const place = { libraryId: "ours", mediaType: "movie" as const, names: plainNames("x") };
        const at = (name: string) => ({ ...place, path: `${films}/${name}`, relativePath: name });
        const adds = scanned.map((name) => ({ kind: "add" as const, place: at(name), facts }));
        await applyFileChanges(ours.db, adds, 1);
      }
      const folder = temp.file("old");
      await mkdir(folder);
      const path = `${folder}/old.db`;
      const writer = writeOldDatabase(path, old);
      if (!isLeftOpen) writer.close();
      const before = await bytesOf(folder);
      const everything = () => listMediaFiles(ours.db, { limit: 200 });
      const run = (dryRun: boolean): Promise<TakeOverReport> => {
        const signal = new AbortController().signal;
        return takeOverOld(path, { db: ours.db, libraryFolders: [], dryRun, signal });
      };

      const known = await everything();
      const rehearsed = await run(true);
      expect(await everything()).toEqual(known);
      const first = await run(false);
      const idless = ({ libraries, ...rest }: TakeOverReport) => [
        libraries.map((l) => l.path),
        rest,
      ];
      expect(idless(rehearsed)).toEqual(idless(first));
      const after = await everything();
      const second = await run(false);
      expect(await everything()).toEqual(after);
      expect(second.libraries).toEqual([]);
      expect([second.files.added, second.files.linked, second.sessions?.added]).toEqual([0, 0, 0]);
      expect(await bytesOf(folder)).toEqual(before);
      if (isLeftOpen) writer.close();

      const isUsable = ({ id }: { id: string | number | null }) =>
        id !== null && /^[^/ ]+$/.test(String(id));
      const there = files.filter((file) => isUsable(file) && "film link".includes(file.kind));
      for (const report of [first, second]) {
        const { read, added, linked, known: before, leftOut } = report.files;
        expect(read).toBe(files.length);
        expect(added + linked + before).toBe(there.length);
        expect(leftOut).toHaveLength(files.length - there.length);
      }
      const wanted = new Set(there.map(({ name }) => name));
      expect(first.files.added).toBe(
        [...wanted].filter((name) => !scanned.includes(`${name}`)).length,
      );
      for (const { id, name } of there) {
        const file = await getMediaFile(ours.db, String(id));
        expect(file?.path).toBe(`${films}/${name}`);
      }
      for (const { id, hash, of } of sessions) {
        const isBroken = id === null || id === "../x";
        const file = there.find(
          (each) => each === of || (of !== undefined && each.path === of.path),
        );
        const isHash = made.withHash && hash?.length === 64;
        const row = await getSession(ours.db, String(id));
        // A session of a film that is there, or of a content, is kept.
        if (isBroken) expect(row).toBeUndefined();
        else if (isHash) expect(row?.contentHash).toBe("ab".repeat(32));
        if (isBroken || row === undefined || file === undefined || file !== of) continue;
        const id0 = (await getMediaFile(ours.db, String(file.id)))?.id;
        expect(row.mediaFileId).toBe(id0 ?? "");
        expect(["closed", "failed"]).toContain(row.status);
        expect(row.createdAt).toBeGreaterThan(1_700_000_000_000);
      }
    }),
    { numRuns: 30 },
  );
}, 120_000);

async function bytesOf(folder: string): Promise<Record<string, string>> {
  const entries = (await readdir(folder)).toSorted();
  const hashes = entries.map(async (name) => {
    const bytes = await Bun.file(`${folder}/${name}`).bytes();
    return [name, Bun.SHA256.hash(bytes, "hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

test("a file that was taken over is read by the next look at its folder, and keeps its id", async () => {
  await using t = await openTestLibrary();
  await t.write("Film.mkv", "a film");
  await t.write("Other.mkv", "another");
  await using temp = await createTempFolder("takeover");
  const path = temp.file("old.db");
  const films = [{ id: "old-1", path: t.path("Film.mkv"), type: "movie" }];
  const nothing = { sessions: [], withHash: true, journal: "delete" as const };
  writeOldDatabase(path, { ...nothing, files: films }).close();
  const { signal } = new AbortController();
  await takeOverOld(path, { db: t.db, libraryFolders: [], dryRun: false, signal });
  expect(await t.library.getFile("old-1")).toMatchObject({ status: "unreadable", source: null });
  expect(await t.scan()).toMatchObject({ found: 2, added: 1, updated: 1, failed: 0 });
  const read = await t.library.getFile("old-1");
  expect(read).toMatchObject({ id: "old-1", title: "Film", status: "ready", fileSize: 6 });
  expect(read.source).not.toBeNull();
});
