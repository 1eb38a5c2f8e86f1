import { expect, test } from "bun:test";
import fc from "fast-check";
import { readNfo } from "../../../src/library/names/nfo.ts";

const read = (text: string) => readNfo(new TextEncoder().encode(text));
const movie = (inner: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<movie>${inner}</movie>`;

test("a film's NFO says title, dates, genres, rating and ids", () => {
  const text = movie(`
    <title>Tom &amp; Jerry</title><originaltitle>Tom</originaltitle><sorttitle>Jerry</sorttitle>
    <ratings><rating name="a" max="100"><value>10</value></rating>
      <rating name="imdb" max="10" default="true"><value>7.5</value></rating></ratings>
    <plot><![CDATA[Cat & <mouse>]]></plot><year>1992</year><premiered>1992-10-01</premiered>
    <genre>Comedy / Family</genre><genre>Comedy</genre><runtime>84</runtime>
    <uniqueid type="tmdb">123</uniqueid><uniqueid type="imdb" default="true">tt0105616</uniqueid>
    <actor><name>Nobody</name></actor>`);
  expect(read(text)).toEqual({
    ...{ kind: "movie", title: "Tom & Jerry", originalTitle: "Tom", sortTitle: "Jerry" },
    ...{ plot: "Cat & <mouse>", year: 1992, date: "1992-10-01", rating: 7.5 },
    ...{ season: null, episode: null, episodeEnd: null, genres: ["Comedy", "Family"] },
    externalIds: { tmdb: "123", imdb: "tt0105616" },
  });
});

test("several episodes in one file are one that lasts to the last", () => {
  const one = (title: string, number: number) =>
    `<?xml version="1.0"?><episodedetails><title>${title}</title><season>2</season>
     <episode>${number}</episode><aired>2005-01-0${number}</aired></episodedetails>`;
  expect(read(`${one("A", 3)}\n${one("B", 4)}\n${one("C", 5)}`)).toMatchObject({
    ...{ title: "A / B / C", season: 2, episode: 3, episodeEnd: 5, date: "2005-01-03" },
  });
});

test.each([
  ["https://www.imdb.com/title/tt0078748/", { imdb: "tt0078748" }],
  ["https://www.themoviedb.org/movie/348-alien\n", { tmdb: "348" }],
  ["http://thetvdb.com/?tab=series&id=73739&lid=7", { tvdb: "73739" }],
])("a page's address alone, %s, is an id", (text, externalIds) => {
  expect(read(text)).toMatchObject({ kind: null, title: null, externalIds });
});

test("an address behind the element counts as well", () => {
  const text = `${movie("<title>Alien</title>")}\nhttps://www.imdb.com/title/tt0078748/`;
  expect(read(text)).toMatchObject({ title: "Alien", externalIds: { imdb: "tt0078748" } });
});

test.each([
  ["a bare ampersand", movie("<title>Tom & Jerry</title>"), "Tom & Jerry"],
  ["line breaks", movie("<title>\n  Tom\r\n  and Jerry\n</title>"), "Tom and Jerry"],
  ["UTF-16", `\ufeff${movie("<title>Ärger</title>")}`, "Ärger"],
  ["an element that does not end", "<movie><title>Alien</movie>", undefined],
  ["no end at all", "<movie><title>Alien</title>", undefined],
  ["a picture of letters", "▄▄▄ ▀ release info ▀ ▄▄▄", undefined],
  ["nothing", "", undefined],
])("%s", (name, text, title) => {
  const bytes =
    name === "UTF-16"
      ? new Uint8Array(Buffer.from(text, "utf16le"))
      : new TextEncoder().encode(text);
  expect(readNfo(bytes)?.title).toBe(title);
});

test("an NFO in an old encoding is read", () => {
  const text = movie("<title>Metropolis</title><plot>Über allen Gipfeln, für die Großen</plot>");
  const bytes = new Uint8Array(Buffer.from(text, "latin1"));
  expect(readNfo(bytes)?.plot).toBe("Über allen Gipfeln, für die Großen");
});

test("entities that grow are not let in", () => {
  const bomb = `<!DOCTYPE movie [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${movie("<title>&b;</title>")}`;
  expect(read(bomb)).toBeNull();
});

test("whatever stands in it, reading ends soon and without a fault", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        "<movie>",
        "</movie>",
        "<title>",
        "</title>",
        "<episodedetails>",
        "&",
        "&amp;",
        "<![CDATA[",
      ],
      ...["]]>", "<!--", "<tvshow ", "<ratings><rating>", "tt0078748", "imdb.com/title/", "<?xml"],
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.integer({ min: 1, max: 4000 }),
      (pieces, n) => {
        const text = pieces.join("").repeat(n).slice(0, 500_000);
        const startedAt = performance.now();
        const found = read(`<movie>${text}</movie>`);
        expect(performance.now() - startedAt).toBeLessThan(1500);
        expect(found === null || found.title !== "").toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});
