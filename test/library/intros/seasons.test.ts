import { expect, test } from "bun:test";
import fc from "fast-check";
import type { EpisodeFile } from "../../../src/db/film-segments.ts";
import { seasonsOf } from "../../../src/library/intros/seasons.ts";
import { fileNames } from "../../../src/library/names/file-names.ts";
import { readName } from "../../../src/library/names/read-name.ts";

const two = (number: number): string => String(number).padStart(2, "0");

/** Where people put an episode. */
const layouts = {
  "a folder a season": (show: string, s: number, e: number) =>
    `${show}/Season ${s}/${show} S${two(s)}E${two(e)}`,
  "a folder an episode": (show: string, s: number, e: number) =>
    `${show}/Season ${s}/${show}.S${two(s)}E${two(e)}.1080p-GROUP/${e % 2 ? "abc" : show}.S${two(s)}E${two(e)}`,
  "no folder a season": (show: string, s: number, e: number) =>
    `${show}/${show} ${s}x${two(e)} - Name`,
  "one folder for all": (show: string, s: number, e: number) =>
    `${show.replaceAll(" ", ".")}.S${two(s)}E${two(e)}`,
};

const names = [
  "a folder a season",
  "a folder an episode",
  "no folder a season",
  "one folder for all",
] as const;

const shows = ["Dark Harbour", "Night Shift", "Quiet Waters"] as const;

interface Show {
  readonly layout: (typeof names)[number];
  readonly seasons: readonly { readonly number: number; readonly episodes: readonly number[] }[];
  readonly versions: number;
}

const show: fc.Arbitrary<Show> = fc.record({
  layout: fc.constantFrom(...names),
  seasons: fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 0, max: 12 }),
      episodes: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 4, selector: ({ number }) => number },
  ),
  versions: fc.integer({ min: 1, max: 2 }),
});

/** A file of a library of series, as its path names it. */
function episodeFile(path: string): EpisodeFile {
  const read = readName({ path, type: "tv", library: "shows" });
  const names = fileNames({ ...{ type: "tv", path, read }, nfo: null, seriesNfo: null }, "");
  const { episodeFrom: from, episodeTo: to } = names;
  const place = from === null || to === null ? null : { from, to };
  const seriesId = names.series?.key ?? null;
  return { path: `/shows/${path}`, fingerprint: path, seriesId, place };
}

test("episodes are compared with those of their series and season, wherever they lie", () => {
  fc.assert(
    fc.property(fc.tuple(show, show, show), fc.infiniteStream(fc.nat()), (made, dice) => {
      const files: EpisodeFile[] = [];
      const expected: string[][] = [];
      for (const [i, { layout, seasons, versions }] of made.entries()) {
        for (const { number, episodes } of seasons) {
          const season = episodes
            .toSorted((a, b) => a - b)
            .map((episode) =>
              Array.from({ length: versions }, (_, version) =>
                [
                  layouts[layout](shows[i] ?? "", number, episode),
                  version ? " - 4K" : "",
                  ".mkv",
                ].join(""),
              ).toSorted(),
            );
          files.push(...season.flat().map(episodeFile));
          if (season.length > 1) expected.push(season.flat());
        }
      }
      const shuffled = files
        .map((file) => ({ file, at: dice.next().value ?? 0 }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ file }) => file);
      const found = seasonsOf(shuffled);
      const paths = found.map((season) => season.map(({ fingerprint }) => fingerprint));
      expect(paths.toSorted(byFirst)).toEqual(expected.toSorted(byFirst));
      for (const [n, season] of found.entries()) {
        const distinct = new Set(season.map(({ episode }) => episode)).size;
        const path = paths[n]?.[0] ?? "";
        const { versions } =
          made[shows.findIndex((name) => path.replaceAll(".", " ").startsWith(name))] ?? {};
        expect(distinct * (versions ?? 0)).toBe(season.length);
      }
    }),
    { numRuns: 200 },
  );
});

function byFirst(one: readonly string[], other: readonly string[]): number {
  return (one[0] ?? "") < (other[0] ?? "") ? -1 : 1;
}

test("what has no place in a series is compared within its folder; a file that is there twice is one", () => {
  const paths = ["Show/Pilot.mkv", "Show/The Train.mkv", "Other/Alone.mkv"];
  const files = paths.map((path) => ({
    ...{ path, fingerprint: path, seriesId: null, place: null },
  }));
  const copy = { ...files[2], path: "Other/Copy.mkv", seriesId: null, place: null };
  const groups = seasonsOf([...files, { ...copy, fingerprint: "Other/Alone.mkv" }]);
  expect(groups.map((group) => group.map(({ path }) => path))).toEqual([paths.slice(0, 2)]);
});

test("a series that is counted from its beginning is compared in pieces that stay as they are when it goes on", () => {
  const files = Array.from({ length: 461 }, (_, i) => episodeFile(`Long/Long - ${i + 1}.mkv`));
  const before = seasonsOf(files.slice(0, 460));
  const after = seasonsOf(files);
  expect(after.map(({ length }) => length)).toEqual([200, 200, 61]);
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(seasonsOf(files.slice(0, 401)).map(({ length }) => length)).toEqual([200, 200]);
});
