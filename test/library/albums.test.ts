import { expect, test } from "bun:test";
import fc from "fast-check";
import { rm } from "node:fs/promises";
import { createCollection } from "../../src/library/collection.ts";
import { openTestLibrary, type TestLibrary } from "./open-test-library.ts";

type Tags = Readonly<Record<string, string>>;

/** Each album as `artist: title (year)`, with `disc.track title` of its files in their order. */
async function albums(t: TestLibrary, q?: string): Promise<Record<string, string[]>> {
  const collection = createCollection(t.db);
  const found: Record<string, string[]> = {};
  for (let cursor: string | undefined, isLast = false; !isLast;) {
    const page = await collection.listAlbums({ q, limit: 2, ...(cursor && { cursor }) });
    for (const listed of page.albums) {
      const { album, discs } = await collection.getAlbum(listed.id);
      expect(album).toEqual(listed);
      const tracks = discs.flatMap(({ number, tracks: of }) =>
        of.map((track) => ({ number, ...track })),
      );
      expect(album.trackCount).toBe(tracks.length);
      expect(album.firstTrack).toBe(tracks[0]?.id ?? "");
      const name = `${album.artist ?? "?"}: ${album.title} (${album.year ?? "-"})`;
      expect(found[name]).toBeUndefined();
      found[name] = tracks.map(
        ({ number, title, naming }) => `${number}.${naming.track ?? "-"} ${title}`,
      );
    }
    expect(page.total).toBeGreaterThanOrEqual(page.albums.length);
    cursor = page.nextCursor ?? undefined;
    isLast = cursor === undefined;
  }
  return found;
}

const song = (tags: Tags): string => `tags ${JSON.stringify(tags)} ${crypto.randomUUID()}`;

interface Disc {
  readonly disc: number;
  readonly tracks: readonly number[];
}

const discs: fc.Arbitrary<readonly Disc[]> = fc.uniqueArray(
  fc.record({
    disc: fc.integer({ min: 1, max: 12 }),
    tracks: fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 2, selector: ({ disc }) => disc },
);

/** How people keep an album: by tags in any folder, by folders, or with an artist a track. */
const collected = fc.uniqueArray(
  fc.record({
    artist: fc.constantFrom("AC/DC", "Sigur Rós", "The The"),
    title: fc.constantFrom("Live", "Best Of; Vol. 1", "1999", "Ágætis byrjun"),
    kept: fc.constantFrom("tags", "folders", "compilation"),
    discs,
  }),
  { minLength: 1, maxLength: 4, selector: ({ artist, title }) => `${artist}/${title}` },
);
/** Two compilations of one title are told apart by their folders alone, which this test's names of albums do not say. */
const namedApart = collected.filter((all) => {
  const titles = all.flatMap(({ kept, title }) => (kept === "compilation" ? [title] : []));
  return new Set(titles).size === titles.length;
});

test("tracks are grouped by whose album it is, in the order of discs and tracks, however they are kept", async () => {
  await fc.assert(
    fc.asyncProperty(namedApart, async (all) => {
      await using t = await openTestLibrary({ type: "music" });
      const expected: Record<string, string[]> = {};
      for (const { artist, title, kept, discs: of } of all) {
        // A slash is none of a folder's name.
        const folder = `${artist.replace("/", "")}/${title} (2001)`;
        const sorted = of.toSorted((a, b) => a.disc - b.disc);
        const lines: string[] = [];
        const artists = new Set<string>();
        for (const { disc, tracks } of sorted) {
          for (const track of tracks.toSorted((a, b) => a - b)) {
            const number = `${disc}-${String(track).padStart(2, "0")}`;
            const by = kept === "compilation" ? `${artist} & ${track % 2}` : artist;
            const numbers = { track: String(track), disc: `${disc}/${of.length}` };
            const tags = {
              album: title,
              date: "2001-05-06",
              title: `Song ${number}`,
              artist: by,
              ...numbers,
            };
            artists.add(by);
            if (kept === "folders") {
              const inside = of.length > 1 ? `CD${disc}/${track}` : number;
              await t.write(`${folder}/${inside} Song.flac`, crypto.randomUUID());
              lines.push(`${disc}.${track} ${of.length > 1 ? `${track} Song` : `${number} Song`}`);
            } else {
              const where =
                kept === "tags" ? `${track % 3}/${artist.length}${title.length}` : folder;
              const whose = kept === "tags" ? { album_artist: artist } : {};
              await t.write(`${where}/${crypto.randomUUID()}.mp3`, song({ ...tags, ...whose }));
              lines.push(`${disc}.${track} Song ${number}`);
            }
          }
        }
        const [sole] = artists;
        const named = kept === "folders" ? artist.replace("/", "") : artist;
        const shown = kept === "compilation" ? (artists.size === 1 ? sole : "?") : named;
        expected[`${shown}: ${title} (2001)`] = lines;
      }
      await t.scan();
      expect(await albums(t)).toEqual(expected);
    }),
    { numRuns: 12 },
  );
}, 30_000);

test("a file follows its tags: retagged, moved, renamed and deleted", async () => {
  await using t = await openTestLibrary({ type: "music" });
  const tags = {
    album: "One",
    album_artist: "Band",
    artist: "Band feat. Guest",
    genre: "Rock",
    date: "1999",
  };
  await t.write("a.mp3", song({ ...tags, title: "First", track: "1" }));
  await t.write("b/b.mp3", song({ ...tags, title: "Second", track: "2/9", albumartist: "BAND" }));
  await t.write("Band/Two (2003)/03 - Third.mp3", "no tags");
  await t.scan();
  expect(await albums(t)).toEqual({
    "Band: One (1999)": ["1.1 First", "1.2 Second"],
    "Band: Two (2003)": ["1.3 03 - Third"],
  });
  const { "a.mp3": a } = await t.files();
  expect(a).toMatchObject({
    title: "First",
    naming: { artist: "Band feat. Guest", genres: ["Rock"] },
  });
  const { files } = await t.library.listFiles({ q: "guest first" });
  expect(files.map(({ title }) => title)).toEqual(["First"]);

  await t.move("a.mp3", "Elsewhere/Unlike/09 - c.mp3");
  await t.write("b/b.mp3", song({ ...tags, title: "Second", track: "2", album: "Three" }));
  await t.scan();
  expect(await albums(t)).toEqual({
    "Band: One (1999)": ["1.1 First"],
    "Band: Three (1999)": ["1.2 Second"],
    "Band: Two (2003)": ["1.3 03 - Third"],
  });
  // What the tags no longer say, the name says.
  await t.write("b/b.mp3", "no tags any more");
  await rm(t.path("Elsewhere"), { recursive: true });
  await t.scan();
  expect(await albums(t)).toEqual({ "Band: Two (2003)": ["1.3 03 - Third"] });
  expect((await t.files())["b/b.mp3"]).toMatchObject({ title: "b", albumId: null });
  expect(await albums(t, "two band")).not.toEqual({});
  expect(await albums(t, "one band")).toEqual({});
});

test("albums of other libraries, of tags that are only alike, and of no name are apart", async () => {
  await using t = await openTestLibrary({ type: "music" });
  await t.write("1/x.mp3", song({ album: "Hits", artist: "A", track: "1", title: "x" }));
  await t.write("2/y.mp3", song({ album: "Hits", artist: "B", track: "1", title: "y" }));
  await t.write("3/z.mp3", song({ artist: "B", title: "z" }));
  await t.write("CD1/p.mp3", song({ album: "Set", track: "1", title: "p" }));
  await t.write("CD2/q.mp3", song({ album: "Set", track: "1", title: "q" }));
  await t.scan();
  expect(await albums(t)).toEqual({
    "A: Hits (-)": ["1.1 x"],
    "B: Hits (-)": ["1.1 y"],
    "?: Set (-)": ["1.1 p", "2.1 q"],
  });
  await expect(createCollection(t.db).getAlbum("none")).rejects.toMatchObject({
    code: "ALBUM_NOT_FOUND",
  });
});
