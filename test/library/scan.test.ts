import { expect, test } from "bun:test";
import { mkdir, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { saveSessions } from "../../src/db/transcode-sessions.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { runTool } from "../support/run-tool.ts";
import { openTestLibrary, touch, until } from "./open-test-library.ts";

test("a first scan adds every film, whatever its folder and the case of its ending", async () => {
  await using t = await openTestLibrary();
  await t.write("a.mkv", "a");
  await t.write("Some.Film.2010.MP4", "b");
  await t.write("shows/season 1/e01.ts", "c");
  await t.write("folder.mkv/inside.webm", "d");
  await t.write("notes.txt", "no film");
  await t.write(".hidden.mkv", "h");
  await t.write(".trash/x.mkv", "h");
  await t.write("@eaDir/x.mkv", "h");
  const scan = await t.scan();
  expect(scan).toMatchObject({ status: "done", found: 4, added: 4, failed: 0, error: null });
  const files = await t.files();
  expect(Object.keys(files).toSorted()).toEqual([
    "Some.Film.2010.MP4",
    "a.mkv",
    "folder.mkv/inside.webm",
    "shows/season 1/e01.ts",
  ]);
  expect(files["Some.Film.2010.MP4"]).toMatchObject({ title: "Some Film", status: "ready" });
  expect((await t.library.listFiles({ q: "season" })).total).toBe(1);
});

test("a second scan probes nothing that kept its size and time", async () => {
  await using t = await openTestLibrary();
  await t.write("a.mkv", "a");
  await t.write("b.mkv", "b");
  await t.scan();
  t.prober.probed.length = 0;
  const unchanged = { found: 2, added: 0, updated: 0, moved: 0, removed: 0, failed: 0 };
  expect(await t.scan()).toMatchObject(unchanged);
  await touch(t.path("a.mkv"), 1_000_000);
  expect(await t.scan()).toMatchObject(unchanged);
  expect((await t.files())["a.mkv"]?.mtimeMs).toBe(1_000_000_000);
  expect(t.prober.probed).toEqual([]);
});

test("a file replaced by one of the same size is probed again and keeps its id", async () => {
  await using t = await openTestLibrary();
  await t.write("a.mkv", "before");
  await touch(t.path("a.mkv"), 1000);
  await t.scan();
  const before = (await t.files())["a.mkv"];
  await t.write("a.mkv", "after!");
  expect(await t.scan()).toMatchObject({ updated: 1, added: 0, removed: 0 });
  const after = (await t.files())["a.mkv"];
  expect(after?.id).toBe(before?.id ?? "");
  expect(after?.fingerprint).not.toBe(before?.fingerprint ?? "");
});

test("a moved file keeps its id and its resume position, in the same library or another", async () => {
  await using t = await openTestLibrary();
  await using second = await createTempFolder("second");
  await t.write("a.mkv", "a");
  await t.scan();
  const id = (await t.files())["a.mkv"]?.id ?? "";
  const resumePoints = [{ mediaFileId: id, position: 42, at: 1, isWatched: false }];
  await saveSessions(t.db, { sessions: [], resumePoints, contentUses: [] });
  t.prober.probed.length = 0;

  await t.move("a.mkv", "new name/b.mkv");
  expect(await t.scan()).toMatchObject({ moved: 1, added: 0, removed: 0 });
  expect(t.prober.probed).toEqual([]);
  expect(await t.library.getFile(id)).toMatchObject({
    path: t.path("new name/b.mkv"),
    title: "b",
    status: "ready",
    resumePosition: 42,
  });

  const other = await t.library.addLibrary({ path: second.path, type: "tv" });
  await runTool(["mv", t.path("new name/b.mkv"), second.file("c.mkv")]);
  const scan = await t.library.scanFinished(await t.library.startScan(other.id));
  expect(scan).toMatchObject({ moved: 1, added: 0 });
  const moved = { libraryId: other.id, mediaType: "tv", path: second.file("c.mkv") } as const;
  expect(await t.library.getFile(id)).toMatchObject({ ...moved, resumePosition: 42 });
  expect(await t.scan()).toMatchObject({ removed: 0, found: 0 });
});

test("a vanished file stays listed as missing and is ready again when it comes back", async () => {
  await using t = await openTestLibrary();
  await t.write("a.mkv", "a");
  await t.write("bad.mkv", "broken");
  await t.scan();
  const fingerprint = (await t.files())["a.mkv"]?.fingerprint ?? "";
  expect(await t.library.locate(fingerprint)).toMatchObject({ path: t.path("a.mkv") });
  await t.move("a.mkv", ".away/a.mkv");
  await t.move("bad.mkv", ".away/bad.mkv");
  expect(await t.library.locate(fingerprint)).toBeNull();
  expect(await t.scan()).toMatchObject({ removed: 2, found: 0 });
  expect(await t.files()).toMatchObject({
    "a.mkv": { status: "missing", missingSince: expect.any(Number) },
    "bad.mkv": { status: "missing" },
  });
  expect(await t.scan()).toMatchObject({ removed: 0 });
  await t.move(".away/a.mkv", "a.mkv");
  await t.move(".away/bad.mkv", "bad.mkv");
  t.prober.probed.length = 0;
  expect(await t.scan()).toMatchObject({ updated: 1, added: 0 });
  expect(t.prober.probed).toEqual([t.path("bad.mkv")]);
  expect(await t.files()).toMatchObject({
    "a.mkv": { status: "ready", missingSince: null },
    "bad.mkv": { status: "unreadable", reasonCode: "PROBE_FAILED" },
  });
});

test("a library whose folder is gone fails its scan and loses no file", async () => {
  await using t = await openTestLibrary();
  await t.write("a.mkv", "a");
  await t.scan();
  await rm(t.row.path, { recursive: true });
  const scan = await t.scan();
  expect(scan).toMatchObject({ status: "failed", removed: 0 });
  expect(scan.error).toContain("is its disk mounted?");
  expect((await t.files())["a.mkv"]?.status).toBe("ready");
});

test("what cannot be read is listed with the reason, and never stops the rest", async () => {
  await using t = await openTestLibrary();
  await t.write("good.mkv", "a");
  await t.write("text.mp4", "broken: this is text");
  await runTool(["mkfifo", t.path("fifo.mkv")]);
  await symlink("/nowhere/at/all", t.path("dangling.mkv"));
  await symlink("self.mkv", t.path("self.mkv"));
  const odd = (name: string) =>
    Buffer.concat([Buffer.from(t.path("odd ")), Buffer.from([0xe9, 0xff]), Buffer.from(name)]);
  await writeFile(odd(".mkv"), "x");
  await mkdir(odd(""));
  await writeFile(Buffer.concat([odd(""), Buffer.from("/in.mkv")]), "x");
  await t.write('quote\'s "and" 100%\n-line.mkv', "q");
  await t.write("-y.mkv", "dash");
  const scan = await t.scan();
  expect(scan).toMatchObject({ status: "done", found: 9, added: 3, failed: 6 });
  const files = await t.files();
  const reasons = Object.entries(files).map(([name, file]) => [
    name,
    file.status,
    file.reason ?? "",
  ]);
  expect(Object.fromEntries(reasons.map(([name, status]) => [name, status]))).toEqual({
    "good.mkv": "ready",
    'quote\'s "and" 100%\n-line.mkv': "ready",
    "-y.mkv": "ready",
    "text.mp4": "unreadable",
    "fifo.mkv": "unreadable",
    "dangling.mkv": "unreadable",
    "self.mkv": "unreadable",
    "odd \\xe9\\xff.mkv": "unreadable",
    "odd \\xe9\\xff/in.mkv": "unreadable",
  });
  expect(files["text.mp4"]).toMatchObject({ reasonCode: "PROBE_FAILED", reason: "no film in it" });
  expect(files["fifo.mkv"]?.reason).toContain("not a regular file");
  expect(files["dangling.mkv"]?.reason).toContain("leads to nothing");
  expect(files["self.mkv"]?.reason).toContain("leads back to itself");
  expect(files["odd \\xe9\\xff.mkv"]?.reason).toContain("not valid UTF-8");
});

test("an unreadable file that was repaired is ready after the next scan, even with its old time", async () => {
  await using t = await openTestLibrary();
  await t.write("a.mkv", "broken");
  await t.scan();
  const { mtimeMs } = await stat(t.path("a.mkv"));
  await t.write("a.mkv", "mended");
  await touch(t.path("a.mkv"), mtimeMs / 1000);
  expect(await t.scan()).toMatchObject({ updated: 1, failed: 0 });
  expect((await t.files())["a.mkv"]).toMatchObject({ status: "ready", reason: null });
});

test("links to folders are followed once, and loops end", async () => {
  await using t = await openTestLibrary();
  await using outside = await createTempFolder("outside");
  await writeFile(outside.file("far.mkv"), "far");
  await mkdir(outside.file("inner"));
  await writeFile(outside.file("inner/near.mkv"), "near");
  await symlink("..", outside.file("inner/up"));
  await t.write("sub/a.mkv", "a");
  await symlink(t.row.path, t.path("sub/loop"));
  await symlink(t.path("sub"), t.path("twin"));
  await symlink(outside.path, t.path("linked"));
  await symlink(outside.path, t.path("linked twice"));
  await symlink(outside.file("inner"), t.path("linked inner"));
  const scan = await t.scan();
  expect(scan.status).toBe("done");
  const names = Object.keys(await t.files()).map((name) => name.replace(/.*\//, ""));
  // Met from inside first, the inner folder is met once more through the link that leads out of it.
  expect([...new Set(names)].toSorted()).toEqual(["a.mkv", "far.mkv", "near.mkv"]);
  expect(names.length).toBeLessThanOrEqual(4);
});

test("a folder that cannot be read is reported, and its films are not called missing", async () => {
  await using t = await openTestLibrary();
  await t.write("films/a.mkv", "a");
  await t.scan();
  // Deeper than a path may be long: the system refuses to look there, for root as well.
  const half = Array(9).fill("n".repeat(250)).join("/");
  await mkdir(t.path(half), { recursive: true });
  await mkdir(t.path(`second/${half}`), { recursive: true });
  await t.move("second", `${half}/second`);
  const tooDeep = `${t.path(half)}/second/${half}/a.mkv`;
  await t.db.write((queries) => queries.run(sql`UPDATE media_files SET path = ${tooDeep}`));
  await rm(t.path("films"), { recursive: true });
  const scan = await t.scan();
  await runTool(["rm", "-rf", t.path("n".repeat(250))]);
  expect(scan).toMatchObject({ status: "done", failed: 1, removed: 0 });
  expect(Object.values(await t.files())).toMatchObject([{ status: "ready" }]);
  expect(t.log.join("\n")).toContain("ENAMETOOLONG");
  expect(await t.scan()).toMatchObject({ failed: 0, removed: 1 });
});

test("two scans at once are one, and both callers see it end", async () => {
  await using t = await openTestLibrary();
  for (let i = 0; i < 20; i++) await t.write(`${i}.mkv`, `film ${i}`);
  t.prober.before = () => Bun.sleep(5);
  const [one, two] = await Promise.all([
    t.library.startScan(t.row.id),
    t.library.startScan(t.row.id),
  ]);
  expect(one).toBe(two);
  expect(await t.library.getScan(one)).toMatchObject({ status: "running" });
  const ends = await Promise.all([t.library.scanFinished(one), t.library.scanFinished(two)]);
  expect(ends.map(({ added }) => added)).toEqual([20, 20]);
  expect(t.prober.probed).toHaveLength(20);
  expect(t.prober.mostAtOnce).toBe(4);
  const third = await t.library.startScan(t.row.id);
  expect(third).not.toBe(one);
  await t.library.scanFinished(third);
  expect(await t.library.getScan(one)).toMatchObject({ status: "done", added: 20, found: 20 });
});

test("progress is published while a scan runs, and its end is the last word", async () => {
  await using t = await openTestLibrary();
  for (let i = 0; i < 12; i++) await t.write(`${i}.mkv`, `film ${i}`);
  t.prober.before = () => Bun.sleep(200);
  const scan = await t.scan();
  expect(t.scans.at(0)).toMatchObject({ status: "running", found: 0 });
  expect(t.scans.at(-1)).toEqual(scan);
  const during = t.scans.filter(({ currentPath }) => currentPath?.endsWith(".mkv"));
  expect(during.length).toBeGreaterThanOrEqual(1);
  expect(during[0]).toMatchObject({ status: "running", found: 12 });
});

test("a file that vanishes, shrinks or goes bad in the middle of a scan harms only itself", async () => {
  await using t = await openTestLibrary();
  for (const name of ["a", "b", "c", "d"]) await t.write(`${name}.mkv`, `film ${name}`);
  await t.scan();
  for (const name of ["a", "b", "c", "d"]) await t.write(`${name}.mkv`, `other film ${name}`);
  await t.write("new.mkv", "new");
  t.prober.before = async (path) => {
    if (/[/](?:a|new)\.mkv$/.test(path)) await rm(path);
    if (path.endsWith("/b.mkv")) await truncate(path, 0);
    if (path.endsWith("/c.mkv")) throw new TypeError("a mistake in the prober");
  };
  const scan = await t.scan();
  expect(scan).toMatchObject({
    status: "done",
    found: 5,
    updated: 2,
    removed: 1,
    failed: 1,
    added: 0,
  });
  expect(await t.files()).toMatchObject({
    "a.mkv": { status: "missing" },
    "c.mkv": { status: "unreadable", reasonCode: "INTERNAL" },
    "d.mkv": { status: "ready" },
  });
  expect(await t.files()).not.toHaveProperty("new.mkv");
});

test("a cancelled scan ends soon, keeps what it had and leaves the rest for the next", async () => {
  await using t = await openTestLibrary();
  for (let i = 0; i < 40; i++) await t.write(`${i}.mkv`, `film ${i}`);
  t.prober.before = () => Bun.sleep(20);
  const id = await t.library.startScan(t.row.id);
  await until(() => t.prober.probed.length >= 12);
  await t.library.cancelScan(t.row.id);
  const scan = await t.library.scanFinished(id);
  expect(scan.status).toBe("cancelled");
  const kept = Object.keys(await t.files()).length;
  expect(kept).toBeGreaterThanOrEqual(8);
  expect(kept).toBeLessThan(40);
  t.prober.before = async () => {};
  expect(await t.scan()).toMatchObject({ status: "done", added: 40 - kept });
});

test("without ffprobe the scan fails and calls no film unreadable", async () => {
  await using t = await openTestLibrary();
  for (let i = 0; i < 10; i++) await t.write(`${i}.mkv`, `film ${i}`);
  t.prober.before = () => Promise.reject(new ViewraError("PROGRAM_MISSING", "no ffprobe"));
  const scan = await t.scan();
  expect(scan).toMatchObject({ status: "failed", error: "PROGRAM_MISSING: no ffprobe" });
  expect(await t.files()).toEqual({});
  expect(t.prober.probed.length).toBeLessThanOrEqual(4);
});

test("closing in the middle of a scan ends it and leaves nothing running", async () => {
  await using t = await openTestLibrary();
  for (let i = 0; i < 20; i++) await t.write(`${i}.mkv`, `film ${i}`);
  t.prober.before = () => Bun.sleep(10);
  const id = await t.library.startScan(t.row.id);
  await until(() => t.prober.probed.length > 0);
  await t.library.close();
  const probed = t.prober.probed.length;
  expect(await t.library.getScan(id)).toMatchObject({ status: "cancelled" });
  await Bun.sleep(50);
  expect(t.prober.probed.length).toBe(probed);
});
