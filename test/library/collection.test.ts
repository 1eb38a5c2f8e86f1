import { expect, test } from "bun:test";
import { createClient } from "@libsql/client";
import { sql } from "drizzle-orm";
import { rm, truncate } from "node:fs/promises";
import { openDatabase } from "../../src/db/database.ts";
import { embeddedMigrations } from "../../src/db/embedded-migrations.ts";
import { listMediaFiles } from "../../src/db/media-file-list.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createCollection } from "../../src/library/collection.ts";
import { quietLog } from "../db/open-test-database.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { openTestLibrary, touch, until, type TestLibrary } from "./open-test-library.ts";

async function writeAll(t: TestLibrary, ...names: string[]): Promise<void> {
  for (const name of names) await t.write(name, name);
}

/** What comes before and after each file, by names without folders and endings: `E01 ← E02 → E04`. */
async function neighbours(t: TestLibrary): Promise<string[]> {
  const files = Object.values(await t.files());
  const short = (id: string | undefined): string =>
    files
      .find((file) => file.id === id)
      ?.path.replace(/^.*\//, "")
      .slice(0, -4) ?? "";
  const collection = createCollection(t.db);
  const lines = await Promise.all(
    files
      .filter(({ status }) => status !== "missing")
      .map(async (file) => {
        const { previous, next } = await collection.relativesOf(file);
        return `${short(previous?.id)} < ${short(file.id)} > ${short(next?.id)}`;
      }),
  );
  return lines.toSorted((a, b) => a.split(" < ")[1]?.localeCompare(b.split(" < ")[1] ?? "") ?? 0);
}

/** A series as a person would write it down: each season with its episodes, each with its files. */
async function contents(t: TestLibrary, q = ""): Promise<Record<string, string[]>> {
  const collection = createCollection(t.db);
  const { series } = await collection.listSeries({ q });
  const all = await Promise.all(series.map(({ id }) => collection.getSeries(id)));
  return Object.fromEntries(
    all.flatMap(({ series: { title, year }, seasons }) =>
      seasons.map(({ number, episodes }) => [
        `${title}${year === null ? "" : ` (${year})`} ${number ?? "-"}`,
        episodes.map((files) => files.map((file) => file.title).join(" + ")),
      ]),
    ),
  );
}

test("missing episodes are passed over, seasons follow each other, specials are in between nowhere", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  await writeAll(
    t,
    ...["Lost/Season 1/S01E01.mkv", "Lost/Season 1/S01E02.mkv", "Lost/Season 1/S01E04.mkv"],
    ...["Lost/Season 2/S02E01.mkv", "Lost/Season 2/S02E02E03.mkv", "Lost/Season 2/S02E04.mkv"],
    ...["Lost/Specials/S00E01.mkv", "Lost/Specials/S00E02.mkv", "Lost/Extras/Making of.mkv"],
    ...["Lost/Season 10/S10E01.mkv", "Other/S01E03.mkv"],
    "Lost/Season 2/S02E03.mkv",
  );
  await t.scan();
  expect(await neighbours(t)).toEqual([
    " < Making of > ",
    " < S00E01 > S00E02",
    "S00E01 < S00E02 > ",
    " < S01E01 > S01E02",
    "S01E01 < S01E02 > S01E04",
    " < S01E03 > ",
    "S01E02 < S01E04 > S02E01",
    "S01E04 < S02E01 > S02E02E03",
    "S02E01 < S02E02E03 > S02E04",
    // One that holds this one as well is not before it.
    "S02E01 < S02E03 > S02E04",
    "S02E03 < S02E04 > S10E01",
    "S02E04 < S10E01 > ",
  ]);
  const seasons = Object.keys(await contents(t, "lost"));
  expect(seasons).toEqual(["Lost 1", "Lost 2", "Lost 10", "Lost 0"]);
  await rm(t.path("Lost/Season 2"), { recursive: true });
  await t.scan();
  expect(await neighbours(t)).toContain("S01E02 < S01E04 > S10E01");
});

test("an episode is listed once with all its versions, and the next one comes in the version that plays", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  for (const number of ["S01E01", "S01E02"]) {
    await writeAll(t, `Lost/Lost ${number} [720p].mkv`, `Lost/Lost ${number} [1080p].mkv`);
  }
  await t.scan();
  expect(await contents(t)).toEqual({
    "Lost 1": ["Episode 1 + Episode 1", "Episode 2 + Episode 2"],
  });
  expect(await neighbours(t)).toEqual([
    " < Lost S01E01 [1080p] > Lost S01E02 [1080p]",
    " < Lost S01E01 [720p] > Lost S01E02 [720p]",
    "Lost S01E01 [1080p] < Lost S01E02 [1080p] > ",
    "Lost S01E01 [720p] < Lost S01E02 [720p] > ",
  ]);
});

test("versions and parts of a film are told apart from each other, from extras and from other films", async () => {
  await using t = await openTestLibrary();
  await writeAll(
    t,
    ...["Alien (1979)/Alien (1979) - 4K.mkv", "Alien (1979)/Alien (1979) - Director's Cut.mkv"],
    ...["Alien (1979)/Alien (1979)-trailer.mkv", "Alien (2022).mkv", "Aliens (1986).mkv"],
    ...["Alien (1979)/Alien (1979) - cd1.avi", "Alien (1979)/Alien (1979) - cd2.avi"],
    ...["a/Home.mkv", "b/Home.mkv"],
  );
  await t.scan();
  const files = await t.files();
  const collection = createCollection(t.db);
  const related = async (name: string) => {
    const file = files[name];
    if (file === undefined) throw new Error(`expected ${name}`);
    const { versions, parts } = await collection.relativesOf(file);
    const say = (one: (typeof versions)[number]) => `${one.title} ${one.naming.version ?? ""}`;
    return [versions.map(say), parts.map(({ naming }) => naming.part)];
  };
  expect(await related("Alien (1979)/Alien (1979) - 4K.mkv")).toEqual([["Alien ", "Alien "], []]);
  expect(await related("Alien (1979)/Alien (1979) - cd2.avi")).toEqual([
    ["Alien 4K", "Alien "],
    [1],
  ]);
  expect(await related("Alien (1979)/Alien (1979)-trailer.mkv")).toEqual([[], []]);
  expect(await related("Alien (2022).mkv")).toEqual([[], []]);
  expect(await related("a/Home.mkv")).toEqual([[], []]);
});

test("two libraries that hold the same series hold two, and each names its own neighbours", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  await using other = await createTempFolder("other");
  await writeAll(t, "Lost/S01E01.mkv", "Lost/S01E02.mkv");
  await Bun.write(other.file("Lost/S01E02.mkv"), "elsewhere 2");
  await Bun.write(other.file("Lost/S01E03.mkv"), "elsewhere 3");
  const row = await t.library.addLibrary({ path: other.path, type: "tv" });
  await t.scan();
  await t.library.scanFinished(await t.library.startScan(row.id));
  const collection = createCollection(t.db);
  expect((await collection.listSeries({})).total).toBe(2);
  const { series, episodes } = await collection.listSeries({ libraryId: row.id, limit: 1 });
  expect(series.map(({ id }) => episodes.get(id))).toEqual([2]);
  const next = await Promise.all(
    Object.values(await t.files()).map(async (file) => (await collection.relativesOf(file)).next),
  );
  expect(next.filter((file) => file !== null)).toHaveLength(2);
  await t.library.removeLibrary(row.id);
  expect((await collection.listSeries({})).total).toBe(1);
});

test("an NFO file that comes, changes and goes is heard of by a scan, and no film is probed for it", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  await writeAll(t, "lost.2004/Season 1/lost.s01e02.mkv", "lost.2004/Season 1/lost.s01e03.mkv");
  await t.scan();
  const collection = createCollection(t.db);
  const before = (await collection.listSeries({})).series[0]?.id;
  t.prober.probed.length = 0;
  await t.write(
    "lost.2004/tvshow.nfo",
    "<tvshow><title>LOST</title><plot>An island</plot><genre>Drama</genre></tvshow>",
  );
  const episode = (title: string, number: number) =>
    `<episodedetails><title>${title}</title><season>1</season><episode>${number}</episode></episodedetails>`;
  await t.write("lost.2004/Season 1/lost.s01e02.nfo", episode("Tabula Rasa", 2));
  expect(await t.scan()).toMatchObject({ updated: 2, added: 0 });
  expect(await contents(t)).toEqual({ "LOST (2004) 1": ["Tabula Rasa", "Episode 3"] });
  // An NFO makes a series no other one: links to it hold.
  expect((await collection.listSeries({})).series).toMatchObject([
    { id: before, facts: { plot: "An island", genres: ["Drama"] } },
  ]);
  expect(await t.scan()).toMatchObject({ updated: 0 });
  const [found] = (await t.library.listFiles({ q: "tabula" })).files;
  expect(found?.title).toBe("Tabula Rasa");
  await t.write("lost.2004/Season 1/lost.s01e02.nfo", episode("Tabula Rasa", 5));
  await touch(t.path("lost.2004/Season 1/lost.s01e02.nfo"), 1_000_000);
  expect(await t.scan()).toMatchObject({ updated: 1 });
  expect(await contents(t)).toEqual({ "LOST (2004) 1": ["Episode 3", "Tabula Rasa"] });
  await rm(t.path("lost.2004/tvshow.nfo"));
  await rm(t.path("lost.2004/Season 1/lost.s01e02.nfo"));
  expect(await t.scan()).toMatchObject({ updated: 2 });
  expect(await contents(t)).toEqual({ "lost (2004) 1": ["Episode 2", "Episode 3"] });
  expect(t.prober.probed).toEqual([]);
});

test("an NFO file that is huge, broken or a folder leaves a film its name", async () => {
  await using t = await openTestLibrary();
  await writeAll(t, "Alien (1979).mkv", "Heat (1995).mkv", "Solaris (1972).mkv");
  const text = "<movie><title>Wrong</title></movie>";
  await t.write("Alien (1979).nfo", text);
  await truncate(t.path("Alien (1979).nfo"), 100 * 1024 * 1024);
  await t.write("Heat (1995).nfo", text.slice(0, -8));
  await t.write("Solaris (1972).nfo/inside.txt", text);
  expect(await t.scan()).toMatchObject({ status: "done", added: 3, failed: 0 });
  const titles = Object.values(await t.files()).map(({ title }) => title);
  expect(titles.toSorted()).toEqual(["Alien", "Heat", "Solaris"]);
});

test("while a library is watched, an NFO file is heard of when it is written", async () => {
  await using t = await openTestLibrary({
    type: "movie",
    timing: { settleMs: 40, rescanMs: 60_000, fallbackRescanMs: 60_000 },
  });
  await t.write("Alien (1979)/Alien (1979).mkv", "alien");
  await t.scan();
  await t.library.start();
  await Bun.sleep(50);
  await t.write("Alien (1979)/movie.nfo", "<movie><title>Alien – Das Wesen</title></movie>");
  const name = "Alien (1979)/Alien (1979).mkv";
  await until(async () => (await t.files())[name]?.title === "Alien – Das Wesen");
  expect(t.prober.probed).toHaveLength(1);
});

test("a file that is renamed keeps its id and becomes another episode; an empty series is forgotten", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  await writeAll(t, "Lost/S01E01.mkv");
  await t.scan();
  const before = (await t.files())["Lost/S01E01.mkv"]?.id ?? "";
  t.prober.probed.length = 0;
  await t.move("Lost/S01E01.mkv", "Fringe/Season 2/S02E03 - Fracture.mkv");
  await t.scan();
  expect(await t.library.getFile(before)).toMatchObject({
    title: "Fracture",
    naming: { season: 2, episode: 3 },
  });
  expect(await contents(t)).toEqual({ "Fringe 2": ["Fracture"] });
  const rows = await t.db.read((queries) => queries.all(sql`SELECT title FROM series`));
  expect(rows).toHaveLength(1);
  expect(t.prober.probed).toEqual([]);
});

test("titles sort as episodes are watched, and a search finds an episode by its series", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  await writeAll(t, "Lost/S10E01 - A.mkv", "Lost/S02E10 - B.mkv", "Lost/S02E09 - C.mkv");
  await writeAll(t, "Lost/S00E01 - Special.mkv", "Fringe/S01E01 - Z.mkv");
  await t.scan();
  const titles = async (q: string) =>
    (await t.library.listFiles({ q, sort: "title" })).files.map(({ title }) => title);
  expect(await titles("")).toEqual(["Z", "C", "B", "A", "Special"]);
  expect(await titles("LOST special")).toEqual(["Special"]);
});

test("films of an earlier version's database are named by the next scan, and none is probed", async () => {
  await using t = await openTestLibrary({ type: "tv" });
  await writeAll(t, "Lost/Lost.S01E02.Tabula.Rasa.720p.mkv");
  await t.scan();
  // As a program left them that knew of no names.
  await t.db.write((queries) =>
    queries.run(sql`UPDATE media_files SET naming = NULL, naming_key = '', title = 'Old',
      series_id = NULL, episode_from = NULL, episode_to = NULL`),
  );
  t.prober.probed.length = 0;
  expect(await t.scan()).toMatchObject({ updated: 1, added: 0 });
  expect(await contents(t)).toEqual({ "Lost 1": ["Tabula Rasa"] });
  expect(t.prober.probed).toEqual([]);
  expect(await t.scan()).toMatchObject({ updated: 0 });
});

test("a database with the tables of before opens, with all that was in it", async () => {
  await using temp = await createTempFolder("db");
  const url = `file:${temp.file("old.db")}`;
  const client = createClient({ url });
  await migrate(client, embeddedMigrations().slice(0, 5));
  await client.execute("INSERT INTO libraries VALUES ('l', '/films', 'Films', 'movie', 1)");
  await client.execute(`INSERT INTO media_files (id, library_id, path, title, sort_title, search_text,
    media_type, file_size, mtime_ms, status, added_at, updated_at)
    VALUES ('f', 'l', '/films/a.mkv', 'A', 'a', 'a', 'movie', 1, 1, 'ready', 1, 1)`);
  client.close();
  const db = await openDatabase({ url, log: quietLog() });
  const { files } = await listMediaFiles(db, { q: "a" });
  expect(files).toMatchObject([{ id: "f", title: "A", seriesId: null, naming: { season: null } }]);
  expect((await createCollection(db).listSeries({})).series).toEqual([]);
  await db.close();
});
