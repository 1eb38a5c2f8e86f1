import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { libraryTypes, type LibraryType } from "../../../src/db/schema.ts";
import { readName } from "../../../src/library/names/read-name.ts";
import { sayName } from "./say-name.ts";

interface Row {
  readonly path: string;
  readonly type: LibraryType;
  readonly expected: string;
}

const library = "Library";

/** Tables of a path and, indented under it, what is to be read of it; a line that begins with `#` is a heading. */
async function rowsOf(file: string, type: LibraryType): Promise<Row[]> {
  const text = await Bun.file(`${import.meta.dir}/${file}`).text();
  return [...text.matchAll(/^(?![# ])(.+)\n {2}(.+)$/gm)].map(([, line = "", expected = ""]) => {
    const named = libraryTypes.find((one) => line.startsWith(`${one}: `));
    const path = named === undefined ? line : line.slice(named.length + 2);
    return { path, type: named ?? type, expected };
  });
}

const tables = {
  movies: await rowsOf("movies.txt", "movie"),
  series: await rowsOf("series.txt", "tv"),
  others: await rowsOf("others.txt", "video"),
};
const all = Object.values(tables).flat();

test("there are 500 names and more, none twice", () => {
  expect(all.length).toBeGreaterThanOrEqual(500);
  expect(new Set(all.map(({ path, type }) => `${type} ${path}`)).size).toBe(all.length);
});

describe.each(Object.entries(tables))("%s", (_, rows) => {
  test.each(rows.map((row) => [row.path, row] as const))("%s", (__, { path, type, expected }) => {
    expect(sayName(readName({ path, type, library }))).toBe(expected);
  });
});

/** Pieces that names are made of, in any order, and any characters between them. */
const piece = fc.oneof(
  fc.constantFrom(...all.flatMap(({ path }) => path.split(/[/ .[\]_-]+/)).filter(Boolean)),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("S01E02", "1x02", "(2009)", "[1080p]", "{tmdb-1}", "2011-02-03", "cd1", "- "),
);
const anyName = fc
  .array(fc.tuple(piece, fc.constantFrom(" ", ".", "_", "-", " - ", "/", "", "[", "]", "(", ")")), {
    minLength: 1,
    maxLength: 12,
  })
  .map((pieces) => pieces.flat().join(""));
const anyType = fc.constantFrom(...libraryTypes);

test("any name is read without a fault, and something is left to call the file by", () => {
  fc.assert(
    fc.property(anyName, anyType, (name, type) => {
      const read = readName({ path: `${name}.mkv`, type, library });
      const called = [read.title, read.series?.title, read.episode, read.absoluteEpisode];
      const spoken = [...called, read.airDate].filter((word) => word !== null && word !== "");
      expect(spoken.length).toBeGreaterThan(0);
      expect(read.title).not.toBe("");
      expect(read.series?.title).not.toBe("");
      if (type !== "tv") expect(read.title).not.toBeNull();
    }),
    { numRuns: 2000 },
  );
});

test("numbers are whole, and the last episode comes after the first", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const read = readName({ path: `${name}.mkv`, type: "tv", library });
      const { season, episode, episodeEnd, absoluteEpisode, part } = read;
      for (const number of [season, episode, episodeEnd, absoluteEpisode, part]) {
        if (number !== null) expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
      }
      const first = episode ?? absoluteEpisode;
      if (episodeEnd !== null) expect(first !== null && episodeEnd > first).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

const word = fc.stringMatching(/^[A-Z][a-z]{2,8}$/);
/** Words that are none of a release's, so that a title of them is a title. */
const title = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .map((words) => words.map((each) => `Q${each.toLowerCase()}`).join(" "));

test("season, episode and year survive every way to write them", () => {
  const form = fc.constantFrom(
    ...["S{s2}E{e2}", "s{s}.e{e}", "{s}x{e2}", "S{s2} E{e2}", "S{s2}xE{e2}", "s{s2}e{e2}"],
    ...["Season {s} Episode {e}", "Staffel {s} Folge {e}", "T{s}E{e}", "[{s}x{e2}]"],
  );
  const season = fc.integer({ min: 1, max: 40 });
  const episode = fc.integer({ min: 1, max: 99 });
  fc.assert(
    fc.property(title, form, season, episode, fc.boolean(), (series, pattern, s, e, isDotted) => {
      const two = (n: number): string => String(n).padStart(2, "0");
      const number = pattern
        .replace("{s2}", two(s))
        .replace("{e2}", two(e))
        .replace("{s}", String(s))
        .replace("{e}", String(e));
      const name = `${series} ${number} 1080p`;
      const path = `${isDotted ? name.replaceAll(" ", ".") : name}.mkv`;
      const read = readName({ path, type: "tv", library });
      expect(read).toMatchObject({ series: { title: series }, season: s, episode: e });
    }),
  );
});

test("a film's title and year survive every way to write them", () => {
  const form = fc.constantFrom(
    ...["{t} ({y})", "{t} [{y}]", "{t}.{y}.1080p.WEB-DL", "{t} {y} 720p", "{t} ({y}) - 4K"],
    ...["{t} ({y}) {tmdb-1}", "[Group] {t} ({y})", "{t} - {y}", "{t} ({y})/{t}", "{t} ({y})/film"],
  );
  const year = fc.integer({ min: 1900, max: 2039 });
  fc.assert(
    fc.property(title, year, form, (film, inYear, pattern) => {
      const name = pattern.replaceAll("{t}", film).replaceAll("{y}", String(inYear));
      const path = `${name.includes(".") ? name.replaceAll(" ", ".") : name}.mkv`;
      const read = readName({ path, type: "movie", library });
      expect(read).toMatchObject({ title: film, year: inYear });
    }),
  );
});

test.each([
  "S01E02",
  "1x",
  "[",
  "(2009)",
  "a.",
  "- ",
  "2011-02-",
  "E1-",
  "1",
  "第",
  "S.W.",
  "cd1 ",
  "★",
  "{tmdb-",
  " ",
  "x264.",
  "/",
  "a/",
  "Season 1/",
  "tt0078748",
])("a name of 100 kB of %j is read at once", (some) => {
  const path = `${some.repeat(Math.ceil(100_000 / some.length))}.mkv`;
  for (const type of libraryTypes) {
    const startedAt = performance.now();
    readName({ path, type, library });
    // As long as the longest name that a system allows, every pattern is tried.
    readName({ path: `${some.repeat(Math.ceil(990 / some.length))}.mkv`, type, library });
    expect(performance.now() - startedAt).toBeLessThan(200);
  }
});
