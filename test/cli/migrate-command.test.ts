import { expect, test } from "bun:test";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { Database } from "bun:sqlite";
import fc from "fast-check";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { writeOldDatabase, type OldContent } from "../library/takeover/old-database.ts";
import { runCommand, type Ran } from "./run-command.ts";

const oneFilm = (folder: TempFolder): OldContent => ({
  files: [
    { id: "old-1", path: folder.file("films/a.mkv"), type: "movie" },
    { id: "old-2", path: folder.file("films/gone.mkv"), type: "movie" },
  ],
  sessions: [
    {
      id: "s-1",
      status: "completed",
      hash: null,
      request: '{"media_id":"old-1"}',
      createdAt: null,
    },
  ],
  withHash: false,
  journal: "delete",
});

async function migrate(folder: TempFolder, from: string, ...more: string[]): Promise<Ran> {
  const env = { VIEWRA_DATA_DIR: folder.file("data") };
  return runCommand(["migrate", "--from", from, ...more], env);
}

test("says in numbers what it did and what it left out, a dry run too, and that leaves nothing behind", async () => {
  await using folder = await createTempFolder("migrate");
  await Bun.write(folder.file("films/a.mkv"), "film");
  const old = folder.file("old.db");
  writeOldDatabase(old, oneFilm(folder)).close();
  const rehearsed = await migrate(folder, old, "--dry-run");
  expect(rehearsed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(rehearsed.stdout).toContain(`would make a library of ${folder.file("films")} (movie)`);
  expect(rehearsed.stdout).toContain("media files: 2 read, 1 to be added, ");
  expect((await readdir(folder.path)).toSorted()).toEqual(["films", "old.db"]);
  const first = await migrate(folder, old);
  expect(first.stdout).toContain("media files: 2 read, 1 added, ");
  expect(first.stdout).toContain("1 left out: the file is not there any more");
  expect(first.stdout).toContain("sessions: 1 read, 1 added, 0 known, 0 left out");
  const second = await migrate(folder, old);
  expect(second.stdout).toContain("media files: 2 read, 0 added, ");
  expect(second.stdout).toContain("sessions: 1 read, 0 added, 1 known, 0 left out");
});

test("what is no old database is named with what is the matter, and nothing is made", async () => {
  await using folder = await createTempFolder("migrate");
  const old = folder.file("old.db");
  writeOldDatabase(old, oneFilm(folder)).close();
  const bytes = await Bun.file(old).bytes();
  await Bun.write(folder.file("empty.db"), "");
  await Bun.write(folder.file("text.db"), "Dear reader,\n".repeat(1000));
  await Bun.write(folder.file("half.db"), bytes.slice(0, bytes.length / 2));
  await mkdir(folder.file("folder"));
  await symlink("/dev/zero", folder.file("zero"));
  const damaged = bytes.slice();
  damaged.fill(0x5a, 4096);
  await Bun.write(folder.file("damaged.db"), damaged);
  using foreign = new Database(folder.file("foreign.db"), { create: true });
  foreign.run("CREATE TABLE media_files (name TEXT)");
  await Bun.write(folder.file("locked.db"), bytes);
  using locked = new Database(folder.file("locked.db"));
  locked.run("BEGIN EXCLUSIVE");
  const cases = {
    "missing.db": "does not exist",
    "empty.db": "is empty",
    "text.db": "is no SQLite database",
    "half.db": "is cut off",
    "damaged.db": "is damaged",
    "foreign.db": "has no table media_files with the columns id and path",
    "locked.db": "is locked by another program",
    folder: "is no file",
    zero: "is no file",
  };
  for (const [name, said] of Object.entries(cases)) {
    const ran = await migrate(folder, folder.file(name));
    expect(ran).toEqual({ exitCode: 1, stdout: "", stderr: expect.stringContaining(said) });
    expect(ran.stderr).toContain(folder.file(name));
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  }
});

test("a database that is cut off anywhere is refused", async () => {
  await using folder = await createTempFolder("migrate");
  const old = folder.file("old.db");
  writeOldDatabase(old, oneFilm(folder)).close();
  const bytes = await Bun.file(old).bytes();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
      await Bun.write(folder.file("cut.db"), bytes.slice(0, length));
      const { exitCode, stdout, stderr } = await migrate(folder, folder.file("cut.db"));
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/is empty|is no SQLite database|is cut off/);
    }),
    { numRuns: 20 },
  );
}, 60_000);

test("its own database is none of an old Viewra", async () => {
  await using folder = await createTempFolder("migrate");
  const old = folder.file("old.db");
  writeOldDatabase(old, oneFilm(folder)).close();
  await migrate(folder, old);
  const ran = await migrate(folder, folder.file("data/viewra.db"));
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toContain("is a database of this program itself");
});
