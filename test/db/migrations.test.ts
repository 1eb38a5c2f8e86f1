import { expect, test } from "bun:test";
import { createClient } from "@libsql/client";
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from "drizzle-kit/api";
import { readdir } from "node:fs/promises";
import { openDatabase } from "../../src/db/database.ts";
import { embeddedMigrations } from "../../src/db/embedded-migrations.ts";
import { listMediaFiles } from "../../src/db/media-file-list.ts";
import { getMediaFile } from "../../src/db/media-files.ts";
import { migrate } from "../../src/db/migrate.ts";
import * as schema from "../../src/db/schema.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { openTestDatabase, quietLog } from "./open-test-database.ts";

const folder = `${import.meta.dir}/../../src/db/migrations`;

test("the migrations make exactly the tables of the schema", async () => {
  const latest = `${embeddedMigrations().at(-1)?.tag.slice(0, 4)}_snapshot.json`;
  expect((await readdir(`${folder}/meta`)).toSorted().findLast((n) => /^\d/.test(n))).toBe(latest);
  const now = await generateSQLiteDrizzleJson(schema);
  const before = { ...now, ...(await Bun.file(`${folder}/meta/${latest}`).json()) };
  expect(await generateSQLiteMigration(before, now)).toEqual([]);
});

test("every migration file is embedded, and a bundle carries their text", async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  expect(embeddedMigrations().map(({ tag }) => `${tag}.sql`)).toEqual(files);
  const bundle = await Bun.build({
    entrypoints: [`${folder}/../embedded-migrations.ts`],
    target: "bun",
  });
  const text = (await bundle.outputs[0]?.text()) ?? "";
  expect(text).toContain("CREATE TABLE `media_files`");
  expect(text).toContain("CREATE VIRTUAL TABLE `media_search`");
});

test("opening a second time applies nothing and keeps what is there", async () => {
  await using first = await openTestDatabase();
  await first.db.close();
  const lines: string[] = [];
  const again = await openDatabase({ url: first.url, log: quietLog(lines) });
  await again.close();
  expect(lines).toEqual([]);
});

test("two processes that start on one new database at once both come up", async () => {
  await using temp = await createTempFolder("db");
  const url = `file:${temp.file("new.db")}`;
  const script = `
    import { openDatabase } from "${import.meta.dir}/../../src/db/database.ts";
    import { quietLog } from "${import.meta.dir}/open-test-database.ts";
    const db = await openDatabase({ url: ${JSON.stringify(url)}, log: quietLog() });
    await db.close();
  `;
  await Bun.write(temp.file("open.ts"), script);
  const children = [1, 2, 3].map(() =>
    Bun.spawn([process.execPath, temp.file("open.ts")], { stderr: "pipe" }),
  );
  const said = await Promise.all(children.map((child) => new Response(child.stderr).text()));
  expect(said).toEqual(["", "", ""]);
  expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0, 0]);
});

test("a new database that another process is writing to is ready when that has ended", async () => {
  await using temp = await createTempFolder("db");
  const url = `file:${temp.file("new.db")}`;
  const other = createClient({ url });
  await other.execute("PRAGMA journal_mode = WAL");
  const held = await other.transaction("write");
  await held.execute("CREATE TABLE of_another (a)");
  const opening = openDatabase({ url, log: quietLog() });
  await Bun.sleep(100);
  await held.commit();
  const db = await opening;
  expect(await db.write((queries) => queries.select().from(schema.libraries))).toEqual([]);
  await db.close();
  other.close();
});

test("a migration that fails leaves nothing of itself behind", async () => {
  await using temp = await createTempFolder("db");
  const client = createClient({ url: `file:${temp.file("half.db")}` });
  const statements = ["CREATE TABLE good (a)", "CREATE TABLE bad (", "CREATE TABLE never (a)"];
  const broken = [{ tag: "0000_broken", when: 1, statements }];
  await expect(migrate(client, broken)).rejects.toThrow();
  const { rows } = await client.execute("SELECT name FROM sqlite_schema WHERE name = 'good'");
  expect(rows).toHaveLength(0);
  client.close();
});

test("a database of a newer program is refused and not touched", async () => {
  await using first = await openTestDatabase();
  await first.db.close();
  const client = createClient({ url: first.url });
  await client.execute(
    "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 99999999999999)",
  );
  client.close();
  await expect(openDatabase({ url: first.url, log: quietLog() })).rejects.toMatchObject({
    code: "DATABASE_UNUSABLE",
    details: { reason: "newer" },
  });
});

test("what was seen before viewings had a table of their own is kept", async () => {
  await using temp = await createTempFolder("db");
  const url = `file:${temp.file("before.db")}`;
  const client = createClient({ url });
  const before = embeddedMigrations().filter(({ tag }) => tag < "0006");
  await migrate(client, before);
  await client.executeMultiple(`
    INSERT INTO libraries VALUES ('l', '/films', 'Films', 'movie', 1);
    INSERT INTO media_files (id, library_id, path, title, sort_title, search_text, media_type, file_size, mtime_ms,
      status, added_at, updated_at, resume_position, last_watched_at) VALUES
      ('new', 'l', '/films/1', '', '', 'one', 'movie', 1, 1, 'ready', 1, 1, 0, NULL),
      ('begun', 'l', '/films/2', '', '', 'two', 'movie', 1, 1, 'ready', 1, 1, 12.5, 30),
      ('seen', 'l', '/films/3', '', '', 'three', 'movie', 1, 1, 'ready', 1, 1, 0, 40);
    INSERT INTO transcode_sessions VALUES
      ('a', 'completed', '', '', 'seen', '', '', '', 0, NULL, NULL, 1, 1, 20),
      ('b', 'completed', '', '', 'seen', '', '', '', 0, NULL, NULL, 1, 1, 40),
      ('c', 'closed', '', '', 'begun', '', '', '', 0, NULL, NULL, 1, 1, 30),
      ('d', 'completed', '', '', 'gone', '', '', '', 0, NULL, NULL, 1, 1, 40);`);
  client.close();
  const db = await openDatabase({ url, log: quietLog() });
  const seen = async (id: string) => {
    const file = await getMediaFile(db, id);
    return [file?.resumePosition, file?.lastWatchedAt, file?.watchedAt];
  };
  expect(await seen("new")).toEqual([0, null, null]);
  expect(await seen("begun")).toEqual([12.5, 30, null]);
  expect(await seen("seen")).toEqual([0, 40, 40]);
  expect((await listMediaFiles(db, { q: "three" })).total).toBe(1);
  await db.close();
});
