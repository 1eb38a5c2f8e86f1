import { oneLine } from "../../media/one-line.ts";
import { parseXml, type XmlElement } from "../../media/xml-element.ts";
import { decodeText } from "../../subtitle/decode-text.ts";
import type { ExternalIds } from "./naming.ts";
import { isProviderId } from "./provider-ids.ts";

/** What an NFO file says, as Kodi, Jellyfin and others write them. Absent is null, or empty. */
export interface NfoReading {
  /** `movie`, `tvshow`, `episodedetails`; null for one that only leads to a page. */
  readonly kind: string | null;
  readonly title: string | null;
  readonly originalTitle: string | null;
  readonly sortTitle: string | null;
  readonly plot: string | null;
  readonly year: number | null;
  /** First shown, `2011-02-03`. */
  readonly date: string | null;
  readonly season: number | null;
  readonly episode: number | null;
  /** Of a file with several episodes the last. */
  readonly episodeEnd: number | null;
  readonly genres: readonly string[];
  /** Of ten. */
  readonly rating: number | null;
  readonly externalIds: ExternalIds;
}

/** Those that programs write have a tenth of that; larger ones are not read. */
export const largestNfoBytes = 512 * 1024;

const kinds: ReadonlySet<string> = new Set(["movie", "tvshow", "episodedetails", "musicvideo"]);
const longestText = 20_000;
const mostGenres = 50;

/** Reads an NFO file in any encoding; null where it says nothing that is understood. Never throws. */
export function readNfo(bytes: Uint8Array): NfoReading | null {
  const text = decodeText(bytes, "und");
  const roots = rootsOf(text);
  const [first, ...more] = roots;
  const links = linkedIds(text);
  if (first === undefined) {
    return Object.keys(links).length === 0 ? null : { ...nothing, externalIds: links };
  }
  const one = readRoot(first);
  // Scrapers put the page's address behind the element.
  const read = { ...one, externalIds: { ...links, ...one.externalIds } };
  return read.kind === "episodedetails" ? withLater(read, more.map(readRoot)) : read;
}

const nothing: NfoReading = {
  ...{ kind: null, title: null, originalTitle: null, sortTitle: null, plot: null, year: null },
  ...{ date: null, season: null, episode: null, episodeEnd: null, genres: [], rating: null },
  externalIds: {},
};

/** A file of several episodes has an element for each, without one around them. */
function rootsOf(text: string): XmlElement[] {
  const start = text.search(/<(?:movie|tvshow|episodedetails|musicvideo)[\s>]/);
  // What declares entities is written by no scraper.
  if (start === -1 || /<!ENTITY/i.test(text)) return [];
  const end = Math.max(
    ...[...kinds].map((kind) => {
      const close = `</${kind}>`;
      const at = text.lastIndexOf(close);
      return at === -1 ? -1 : at + close.length;
    }),
  );
  if (end <= start) return [];
  const inner = escapeBare(text.slice(start, end).replaceAll(/<\?xml[^<>]*\?>/g, ""));
  const root = parseXml(`<nfo>${inner}</nfo>`);
  const children = root?.children ?? [];
  return children.flatMap((child) =>
    typeof child === "string" || !kinds.has(child.name) ? [] : [child],
  );
}

const cdata = "<![CDATA[";

/** Many write `Tom & Jerry` as it is. In CDATA sections that is right. */
function escapeBare(text: string): string {
  return text
    .split(cdata)
    .map((piece, i) => {
      const inside = i === 0 ? 0 : Math.max(0, piece.indexOf("]]>"));
      const outside = piece
        .slice(inside)
        .replaceAll(/&(?!(?:[a-z]{2,8}|#\d{1,7}|#x[\da-f]{1,6});)/gi, "&amp;");
      return piece.slice(0, inside) + outside;
    })
    .join(cdata);
}

function readRoot(root: XmlElement): NfoReading {
  const children = root.children.filter((child) => typeof child !== "string");
  const text = (...names: string[]): string | null => {
    for (const name of names) {
      const found = children.find((child) => child.name === name && textOf(child) !== "");
      if (found !== undefined) return textOf(found);
    }
    return null;
  };
  const line = (name: string): string | null => oneLine(text(name) ?? undefined);
  const date = dateOf(text("premiered", "aired", "releasedate"));
  const genres = children
    .filter(({ name }) => name === "genre")
    .flatMap((genre) => textOf(genre).split(/\s*[/|,;]\s*/))
    .filter((genre) => genre !== "");
  return {
    ...nothing,
    kind: root.name,
    title: line("title"),
    originalTitle: line("originaltitle"),
    sortTitle: line("sorttitle"),
    plot: text("plot", "outline"),
    year: whole(text("year"), 1800, 2999) ?? (date === null ? null : Number(date.slice(0, 4))),
    date,
    season: whole(text("season"), 0, 9999),
    episode: whole(text("episode"), 0, 99_999),
    genres: [...new Set(genres)].slice(0, mostGenres),
    rating: ratingOf(children),
    externalIds: idsOf(children),
  };
}

/** The episodes of one file, in order: their titles and plots behind each other. */
function withLater(first: NfoReading, more: readonly NfoReading[]): NfoReading {
  const all = [first, ...more.filter(({ season }) => season === first.season)];
  const said = (key: "title" | "plot"): string[] =>
    all.flatMap((one) => (one[key] === null ? [] : [one[key]]));
  const last = Math.max(...all.map(({ episode }) => episode ?? 0));
  return {
    ...first,
    title: said("title").join(" / ") || null,
    plot: said("plot").join("\n\n") || null,
    episodeEnd: first.episode !== null && last > first.episode ? last : null,
  };
}

function textOf({ children }: XmlElement): string {
  const text = children.filter((child) => typeof child === "string").join(" ");
  return text.slice(0, longestText).trim();
}

function whole(text: string | null, least: number, most: number): number | null {
  if (text === null || !/^\d{1,6}$/.test(text)) return null;
  const number = Number(text);
  return number >= least && number <= most ? number : null;
}

function dateOf(text: string | null): string | null {
  const date = /^\d{4}-\d\d-\d\d/.exec(text ?? "")?.[0];
  return date === undefined || Number.isNaN(Date.parse(date)) ? null : date;
}

/** `<rating>7.5</rating>`, or the default one of `<ratings><rating max="10"><value>`. */
function ratingOf(children: readonly XmlElement[]): number | null {
  const inside = children
    .filter(({ name }) => name === "ratings")
    .flatMap((ratings) => ratings.children)
    .filter((child) => typeof child !== "string");
  const chosen = inside.find(({ attributes }) => attributes["default"] === "true") ?? inside[0];
  const value = chosen?.children.find(
    (child) => typeof child !== "string" && child.name === "value",
  );
  const most = Number(chosen?.attributes["max"] ?? 10) || 10;
  const plain = children.find(({ name }) => name === "rating");
  const text = typeof value === "object" ? textOf(value) : plain === undefined ? "" : textOf(plain);
  const rating = Number(text.replace(",", "."));
  if (text === "" || !Number.isFinite(rating) || rating <= 0) return null;
  const ofTen = typeof value === "object" ? (rating * 10) / most : rating;
  return ofTen > 10 ? null : Math.round(ofTen * 100) / 100;
}

/** `<uniqueid type="tmdb">`, `<imdbid>`, `<tmdbid>`, and `<id>`, which is IMDb's where it looks so. */
function idsOf(children: readonly XmlElement[]): ExternalIds {
  const ids: Record<string, string> = {};
  const add = (service: string, id: string): void => {
    const known = { themoviedb: "tmdb", thetvdb: "tvdb" }[service] ?? service;
    if (["imdb", "tmdb", "tvdb"].includes(known) && isProviderId(known, id)) ids[known] ??= id;
  };
  for (const child of children) {
    const text = textOf(child);
    if (child.name === "uniqueid") add((child.attributes["type"] ?? "").toLowerCase(), text);
    const own = /^(imdb|tmdb|tvdb)_?id$/.exec(child.name)?.[1];
    if (own !== undefined) add(own, text);
    if (child.name === "id") add("imdb", text);
  }
  return ids;
}

/** Ids out of the addresses of pages. */
function linkedIds(text: string): ExternalIds {
  const found = {
    imdb: /imdb\.com\/(?:[a-z-]{2,6}\/)?title\/(tt\d{5,10})/i.exec(text)?.[1],
    tmdb: /themoviedb\.org\/(?:movie|tv)\/(\d{1,12})/i.exec(text)?.[1],
    tvdb: /thetvdb\.com\/[^\s<>"]{0,100}?(?:id=|series\/)(\d{1,12})/i.exec(text)?.[1],
  };
  const known = Object.entries(found).flatMap(([service, id]) =>
    id === undefined ? [] : [[service, id] as const],
  );
  return Object.fromEntries(known);
}
