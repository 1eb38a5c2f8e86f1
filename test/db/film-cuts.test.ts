import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  forgetCutsOfGoneFilms,
  getFilmCuts,
  markFilmLookedAt,
  nextUnseenFilm,
  putFilmCuts,
} from "../../src/db/film-cuts.ts";
import { deleteLibrary } from "../../src/db/libraries.ts";
import { applyFileChanges } from "../../src/db/media-file-changes.ts";
import { addTestLibrary, openTestDatabase, testFile } from "./open-test-database.ts";

const containers = ["mp4", "matroska"];

test("what was put last for a film and a key by a version is what that version gets, and no other", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  const names = fc.constantFrom("a", "b");
  const puts = fc.array(
    fc.record({
      ...{ film: names, key: names, version: fc.constantFrom(1, 2) },
      payload: fc.uint8Array({ maxLength: 40 }),
    }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(puts, async (list) => {
      await forgetCutsOfGoneFilms(db);
      const held = new Map<string, { version: number; payload: Uint8Array }>();
      for (const { film, key, version, payload } of list) {
        await putFilmCuts(db, film, key, version, payload);
        held.set(film + key, { version, payload });
      }
      for (const film of ["a", "b"]) {
        for (const key of ["a", "b"]) {
          for (const version of [1, 2]) {
            const last = held.get(film + key);
            const got = await getFilmCuts(db, film, key, version);
            const expected = last?.version === version ? [...last.payload] : null;
            expect(got === undefined ? null : [...got]).toEqual(expected);
          }
        }
      }
    }),
    { numRuns: 15 },
  );
});

test("of one film so much is kept and no more", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  for (let i = 0; i < 70; i++) await putFilmCuts(db, "film", String(i), 1, new Uint8Array([i]));
  const kept = await Promise.all(
    Array.from({ length: 70 }, (_, i) => getFilmCuts(db, "film", String(i), 1)),
  );
  expect(kept.filter((one) => one !== undefined).length).toBe(64);
  expect(kept.at(-1)).toBeDefined();
});

test("films that can be copied are each named until they were looked at by this version, and forgotten when they go", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  await addTestLibrary(db);
  const films = [
    ["a", "matroska,webm"],
    ["b", "mov,mp4,m4a,3gp,3g2,mj2"],
    ["c", "mpegts"],
    ["d", "avi"],
  ] as const;
  await applyFileChanges(
    db,
    films.map(([name, container]) => testFile(name, { source: { fingerprint: name, container } })),
    1,
  );
  const unseen = async (version: number): Promise<string[]> => {
    const found: string[] = [];
    let film = await nextUnseenFilm(db, 0, containers, version);
    while (film !== undefined) {
      found.push(film.source.fingerprint);
      film = await nextUnseenFilm(db, film.number, containers, version);
    }
    return found;
  };
  expect(await unseen(1)).toEqual(["a", "b"]);
  await putFilmCuts(db, "a", "0 some", 1, new Uint8Array([1]));
  expect(await unseen(1)).toEqual(["a", "b"]);
  await markFilmLookedAt(db, "a", 1);
  expect(await unseen(1)).toEqual(["b"]);
  expect(await unseen(2)).toEqual(["a", "b"]);
  await forgetCutsOfGoneFilms(db);
  expect(await getFilmCuts(db, "a", "0 some", 1)).toBeDefined();
  await deleteLibrary(db, "library-1");
  await forgetCutsOfGoneFilms(db);
  expect(await getFilmCuts(db, "a", "0 some", 1)).toBeUndefined();
});
