import { expect, test } from "bun:test";
import { dirname } from "node:path";
import fc from "fast-check";
import { commonFolders } from "../../../src/library/takeover/common-folders.ts";
import { isWithin } from "../../../src/library/walk.ts";

const folder = fc.constantFrom("mnt", "home", "films", "tv", "anna", "Season 1", "a", "b");
const path = fc
  .array(folder, { maxLength: 5 })
  .map((folders) => `/${[...folders, "film.mkv"].join("/")}`);

test("each file has at most one library, none holds another, and none is the whole system", () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 20 }), (paths) => {
      const folders = commonFolders(paths);
      expect(new Set(folders).size).toBe(folders.length);
      expect(folders).not.toContain("/");
      for (const one of folders) {
        expect(folders.filter((other) => other !== one && isWithin(other, one))).toEqual([]);
        expect(paths.some((each) => isWithin(each, one))).toBe(true);
      }
      for (const each of paths) {
        const homes = folders.filter((one) => isWithin(each, one));
        const isLoose = /^\/(?:(?:mnt|home)(?:\/[^/]+)?)?$/.test(dirname(each));
        expect(homes.length).toBeLessThanOrEqual(1);
        if (!isLoose) expect([each, homes.length]).toEqual([each, 1]);
      }
    }),
  );
});

test.each([
  [["/mnt/films/A/a.mkv", "/mnt/films/B/b.mkv"], ["/mnt/films"]],
  [
    ["/mnt/films/A/a.mkv", "/mnt/films/B/b.mkv", "/mnt/tv/c.mkv"],
    ["/mnt/films", "/mnt/tv"],
  ],
  [
    ["/home/anna/Videos/a.mkv", "/home/bert/b/b.mkv"],
    ["/home/anna/Videos", "/home/bert/b"],
  ],
  [["/films/a.mkv", "/films/x/b.mkv", "/mnt/c.mkv"], ["/films"]],
  // As many as no one keeps collections: these are the films.
  ["abcdefghij".split("").map((name) => `/data/${name}/film.mkv`), ["/data"]],
  [[], []],
])("%j are of %j", (paths, expected) => {
  expect(commonFolders(paths)).toEqual(expected);
});
