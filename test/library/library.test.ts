import { expect, test } from "bun:test";
import { mkdir, stat, symlink, utimes } from "node:fs/promises";
import { insertScan } from "../../src/db/scans.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { openTestLibrary, until } from "./open-test-library.ts";

test("only a folder that is there may become a library", async () => {
  await using t = await openTestLibrary();
  await using other = await createTempFolder("other");
  await Bun.write(other.file("film.mkv"), "a");
  for (const path of ["", "\0", other.file("nowhere"), other.file("film.mkv")]) {
    const added = t.library.addLibrary({ path, type: "movie" });
    await expect(added).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  }
  const added = await t.library.addLibrary({ path: `${other.path}/`, type: "tv" });
  expect(added).toMatchObject({ path: other.path, type: "tv", name: other.path.split("/").at(-1) });
  expect((await t.library.libraries()).map(({ id }) => id)).toEqual([t.row.id, added.id]);
});

test("a folder that is a library, lies in one or holds one is refused, through links as well", async () => {
  await using t = await openTestLibrary();
  await using other = await createTempFolder("other");
  await mkdir(other.file("a/b"), { recursive: true });
  await mkdir(other.file("a bit else"));
  await symlink(other.file("a"), other.file("link"));
  const { id } = await t.library.addLibrary({ path: other.file("a"), type: "movie" });
  for (const path of [other.file("a"), other.file("a/b"), other.path, other.file("link")]) {
    await expect(t.library.addLibrary({ path, type: "movie" })).rejects.toMatchObject({
      code: "LIBRARY_EXISTS",
      details: { library_id: id },
    });
  }
  await t.library.addLibrary({ path: other.file("a bit else"), type: "movie" });
});

test("two calls at once make one library of one folder", async () => {
  await using t = await openTestLibrary();
  await using other = await createTempFolder("other");
  const calls = [1, 2, 3].map(() => t.library.addLibrary({ path: other.path, type: "movie" }));
  const ends = await Promise.allSettled(calls);
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await t.library.libraries()).toHaveLength(2);
});

test("removing a library in the middle of its scan leaves no row and no work", async () => {
  await using t = await openTestLibrary();
  for (let i = 0; i < 20; i++) await t.write(`${i}.mkv`, `film ${i}`);
  t.prober.before = () => Bun.sleep(10);
  await t.library.start();
  const scan = await t.library.startScan(t.row.id);
  await until(() => t.prober.probed.length > 0);
  await t.library.removeLibrary(t.row.id);
  const probed = t.prober.probed.length;
  expect(await t.library.libraries()).toEqual([]);
  expect(await t.files()).toEqual({});
  await expect(t.library.getScan(scan)).rejects.toMatchObject({ code: "SCAN_NOT_FOUND" });
  await expect(t.library.startScan(t.row.id)).rejects.toMatchObject({ code: "LIBRARY_NOT_FOUND" });
  const again = t.library.removeLibrary(t.row.id);
  await expect(again).rejects.toMatchObject({ code: "LIBRARY_NOT_FOUND" });
  await Bun.sleep(50);
  expect(t.prober.probed.length).toBe(probed);
});

test("what is not there is said by its kind", async () => {
  await using t = await openTestLibrary();
  await expect(t.library.getFile("x")).rejects.toMatchObject({ code: "MEDIA_NOT_FOUND" });
  await expect(t.library.getScan("x")).rejects.toMatchObject({ code: "SCAN_NOT_FOUND" });
  await expect(t.library.scanFinished("x")).rejects.toMatchObject({ code: "SCAN_NOT_FOUND" });
  expect(await t.library.locate("sha256-sampled:1:00")).toBeNull();
});

test("a film is located where it lies unchanged, in whichever of its places that is", async () => {
  await using t = await openTestLibrary();
  await t.write("one.mkv", "the same film");
  await t.write("two.mkv", "the same film");
  await t.scan();
  const fingerprint = (await t.files())["one.mkv"]?.fingerprint ?? "";
  const locate = async () => (await t.library.locate(fingerprint))?.path;
  const first = await locate();
  const [here, there] = first === t.path("one.mkv") ? ["one", "two"] : ["two", "one"];
  expect(await t.library.locate(fingerprint)).toMatchObject({ sizeBytes: 13 });
  await t.write(`${here}.mkv`, "another film, longer");
  expect(await locate()).toBe(t.path(`${there}.mkv`));
  await utimes(t.path(`${there}.mkv`), 1, 1);
  expect(await locate()).toBeUndefined();
});

test("a start ends the scans that a crash cut off", async () => {
  await using t = await openTestLibrary();
  const counters = { found: 5, added: 3, updated: 0, moved: 0, removed: 0, failed: 0 };
  await insertScan(t.db, {
    ...{ id: "old", libraryId: t.row.id, status: "running", ...counters },
    ...{ currentPath: "/x", startedAt: 1, finishedAt: null, error: null },
  });
  await t.library.start();
  expect(await t.library.getScan("old")).toMatchObject({
    status: "failed",
    error: "cut off by a restart",
    added: 3,
  });
});

test("a film that was written into under its size and time is located no more, counts as changed, and is looked at by the next scan", async () => {
  await using t = await openTestLibrary();
  await t.write("film.mkv", "a film as it was");
  await t.scan();
  const before = (await t.files())["film.mkv"];
  const fingerprint = before?.fingerprint ?? "";
  expect(await t.library.locate(fingerprint)).not.toBeNull();
  const { atime, mtime } = await stat(t.path("film.mkv"));
  await t.write("film.mkv", "a film as it is!");
  await utimes(t.path("film.mkv"), atime, mtime);
  expect(await t.library.locate(fingerprint)).toBeNull();
  expect((await t.files())["film.mkv"]?.mtimeMs).toBe(-1);

  await t.scan();
  const after = (await t.files())["film.mkv"];
  expect(after).toMatchObject({ status: "ready", mtimeMs: before?.mtimeMs });
  expect(after?.fingerprint).not.toBe(fingerprint);
  expect(await t.library.locate(after?.fingerprint ?? "")).not.toBeNull();
});
