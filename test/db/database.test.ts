import { expect, test } from "bun:test";
import { createClient, LibsqlError } from "@libsql/client";
import { sql } from "drizzle-orm";
import { mkdir, stat, truncate } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openDatabase } from "../../src/db/database.ts";
import { toDatabaseError } from "../../src/db/database-error.ts";
import { getLibrary, listLibraries } from "../../src/db/libraries.ts";
import { putRecipeDescription } from "../../src/db/recipe-descriptions.ts";
import { libraries } from "../../src/db/schema.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { addTestLibrary, openTestDatabase, quietLog } from "./open-test-database.ts";

function row(id: string) {
  return { id, path: `/${id}`, name: id, type: "movie" as const, createdAt: 1 };
}

test("every connection syncs fully, checks foreign keys, waits for locks and writes ahead", async () => {
  await using test = await openTestDatabase();
  const pragma = async (queries: Parameters<Parameters<typeof test.db.read>[0]>[0]) => [
    (await queries.values(sql`PRAGMA journal_mode`))[0]?.[0],
    (await queries.values(sql`PRAGMA synchronous`))[0]?.[0],
    (await queries.values(sql`PRAGMA foreign_keys`))[0]?.[0],
    (await queries.values(sql`PRAGMA busy_timeout`))[0]?.[0],
  ];
  const expected = ["wal", 2, 1, 10];
  expect(await test.db.read(pragma)).toEqual(expected);
  // A transaction holds one connection: a read meanwhile opens another.
  await test.db.write(async (queries) => {
    expect(await pragma(queries)).toEqual(expected);
    expect(await test.db.read(pragma)).toEqual(expected);
  });
});

test("a write that throws undoes all of it, and the next one works", async () => {
  await using test = await openTestDatabase();
  const failing = test.db.write(async (queries) => {
    await queries.insert(libraries).values(row("a"));
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  await addTestLibrary(test.db, { id: "b", path: "/b" });
  expect((await listLibraries(test.db)).map(({ id }) => id)).toEqual(["b"]);
});

test("many writes at once come one after another, and reads see only what is committed", async () => {
  await using test = await openTestDatabase();
  let inside = 0;
  const writes = Array.from({ length: 50 }, (_, i) =>
    test.db.write(async (queries) => {
      expect(++inside).toBe(1);
      await queries.insert(libraries).values(row(`l${i}`));
      await Bun.sleep(1);
      expect(await getLibrary(test.db, `l${i}`)).toBeUndefined();
      inside--;
    }),
  );
  await Promise.all(writes);
  expect(await listLibraries(test.db)).toHaveLength(50);
});

test("a write waits while another process holds the database, and works afterwards", async () => {
  await using test = await openTestDatabase();
  await using _ = await holdLock(test.path, 600);
  const startedAt = performance.now();
  const db = await openDatabase({ url: test.url, log: quietLog(), lockTimeoutMs: 5000 });
  await addTestLibrary(db);
  expect(await listLibraries(db)).toHaveLength(1);
  await db.close();
  expect(performance.now() - startedAt).toBeGreaterThan(400);
});

test("a lock that does not end is an error with the reason, and does not poison later writes", async () => {
  await using test = await openTestDatabase();
  const db = await openDatabase({ url: test.url, log: quietLog(), lockTimeoutMs: 60 });
  {
    await using _ = await holdLock(test.path, 10_000);
    expect(await addTestLibrary(db).catch((thrown: unknown) => thrown)).toMatchObject({
      code: "DATABASE_UNUSABLE",
      details: { reason: "locked" },
      retryAfterSeconds: 5,
    });
    expect(await listLibraries(db)).toEqual([]);
  }
  await addTestLibrary(db);
  await putRecipeDescription(db, "k", "{}");
  expect(await listLibraries(db)).toHaveLength(1);
  await db.close();
});

test("while another process holds the lock for seconds, reads are answered and the event loop turns", async () => {
  await using test = await openTestDatabase();
  await addTestLibrary(test.db, { id: "before", path: "/before" });
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  let writing: Promise<unknown> = Promise.resolve();
  {
    await using _ = await holdLock(test.path, 10_000);
    pauses.enable();
    writing = Promise.all(
      ["a", "b", "c"].map((id) => addTestLibrary(test.db, { id, path: `/${id}` })),
    );
    for (let i = 0; i < 100; i++) {
      expect((await listLibraries(test.db)).map(({ id }) => id)).toEqual(["before"]);
      await Bun.sleep(10);
    }
    pauses.disable();
  }
  await writing;
  expect(await listLibraries(test.db)).toHaveLength(4);
  // A wait of libSQL's own would be seconds; the rest is what a busy machine takes.
  expect(pauses.max / 1e6).toBeLessThan(250);
});

test("a hundred writes that met a lock, one after the other, all work afterwards", async () => {
  await using test = await openTestDatabase();
  for (let round = 0; round < 4; round++) {
    await using _ = await holdLock(test.path, 120);
    const ids = Array.from({ length: 25 }, (_unused, i) => `r${round}-${i}`);
    await Promise.all(ids.map((id) => addTestLibrary(test.db, { id, path: `/${id}` })));
  }
  expect(await listLibraries(test.db)).toHaveLength(100);
});

test("a file that is no database, or a torn one, is refused by name", async () => {
  await using temp = await createTempFolder("db");
  await Bun.write(temp.file("text.db"), "this is not a database, not at all ".repeat(100));
  await using whole = await openTestDatabase();
  await whole.db.close();
  await Bun.write(temp.file("torn.db"), Bun.file(whole.path));
  await truncate(temp.file("torn.db"), Math.floor((await stat(whole.path)).size / 3));
  for (const name of ["text.db", "torn.db"]) {
    const url = `file:${temp.file(name)}`;
    const thrown = await openDatabase({ url, log: quietLog() }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "DATABASE_UNUSABLE", details: { reason: "corrupt" } });
    expect(String(thrown)).toContain(name);
  }
});

test("a database that cannot be opened says so", async () => {
  await using temp = await createTempFolder("db");
  await mkdir(temp.file("folder.db"));
  for (const path of [temp.file("nowhere/x.db"), temp.file("folder.db")]) {
    const thrown = openDatabase({ url: `file:${path}`, log: quietLog() });
    await expect(thrown).rejects.toMatchObject({
      code: "DATABASE_UNUSABLE",
      details: { reason: "cannot_open" },
    });
  }
});

test.each([
  ["SQLITE_READONLY", "DATABASE_UNUSABLE", "read_only"],
  ["SQLITE_CORRUPT", "DATABASE_UNUSABLE", "corrupt"],
  ["SQLITE_FULL", "STORAGE_FULL", undefined],
  ["SQLITE_CONSTRAINT", "INTERNAL", undefined],
])("%s is told as %s", (libsqlCode, code, reason) => {
  const error = toDatabaseError(new LibsqlError("x", libsqlCode), "file:x.db");
  expect(error).toMatchObject({ code, ...(reason ? { details: { reason } } : {}) });
});

test("closing waits for writes, merges the log and refuses what comes later", async () => {
  await using test = await openTestDatabase();
  const last = addTestLibrary(test.db);
  await Promise.all([test.db.close(), test.db.close(), last]);
  const wal = await stat(`${test.path}-wal`).then(
    ({ size }) => size,
    () => 0,
  );
  expect(wal).toBe(0);
  await expect(listLibraries(test.db)).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
  await expect(addTestLibrary(test.db)).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
  const client = createClient({ url: test.url });
  expect((await client.execute("SELECT count(*) AS n FROM libraries")).rows[0]?.["n"]).toBe(1);
  client.close();
});

test("a path with characters that mean something in a URL is one file of that name", async () => {
  await using temp = await createTempFolder("db");
  const path = temp.file("50% of a?b#c.db");
  const url = Bun.pathToFileURL(path).href;
  const db = await openDatabase({ url, log: quietLog() });
  await db.close();
  expect(await Bun.file(path).exists()).toBe(true);
});

/** Another process that holds the write lock, until it is disposed of or its time is over. */
async function holdLock(path: string, forMs: number) {
  const script = `
    import { Database } from "bun:sqlite";
    const db = new Database(${JSON.stringify(path)});
    db.exec("BEGIN IMMEDIATE");
    console.log("held");
    await Bun.sleep(${forMs});
    db.exec("ROLLBACK");
    db.close();
  `;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
