import type { FileNames, FileNaming, SeriesNames } from "../../db/file-names.ts";
import type { LibraryType } from "../../db/schema.ts";
import { titleOf } from "../media-name.ts";
import { plain } from "./loose-number.ts";
import type { NameReading } from "./naming.ts";
import type { NfoReading } from "./nfo.ts";
import { discOf } from "./parts.ts";

export interface Told {
  readonly type: LibraryType;
  /** The file's path within the library. */
  readonly path: string;
  readonly read: NameReading;
  /** Of the file itself. */
  readonly nfo: NfoReading | null;
  /** Of its series, with the path within the library of where that is said. */
  readonly seriesNfo: { readonly nfo: NfoReading; readonly path: string } | null;
}

/** Puts together what names and NFO files say; the latter know better. `key`: of what all of it follows from. */
export function fileNames(told: Told, key: string): FileNames {
  const { read, path } = told;
  const naming = namingOf(told);
  const series = seriesNames(told);
  const [episodeFrom, episodeTo] = placesOf(naming, series !== null && naming.extra === null);
  const title = told.nfo?.title ?? read.title ?? numberedTitle(naming) ?? titleOf(nameOf(path));
  const sorted = told.nfo?.sortTitle ?? title;
  const part = naming.part === null ? "" : ` ${naming.part}`;
  const inSeries = series && `${series.sortTitle} ${episodeFrom ?? "~"} ${sorted}`;
  return {
    ...{ key, title, naming, series, episodeFrom, episodeTo },
    sortTitle: `${inSeries ?? sorted}${part}`,
    searchWords: [naming.originalTitle, series?.title, series?.facts.originalTitle]
      .filter((words) => words != null)
      .join("\n"),
    albumFolder: told.type === "music" ? albumFolder(path) : null,
    filmKey: told.type === "movie" && naming.extra === null ? filmKeyOf(read, path) : null,
  };
}

/** Discs of an album may lie in folders of their own. */
function albumFolder(path: string): string {
  const folders = path.split("/").slice(0, -1);
  return (discOf(folders.at(-1) ?? "") === null ? folders : folders.slice(0, -1)).join("/");
}

function namingOf({ read, nfo }: Told): FileNaming {
  const { title: _, series: __, externalIds, ...own } = read;
  const isEpisode = nfo?.kind === "episodedetails";
  const numbers = isEpisode && nfo.episode !== null ? episodesOf(own, nfo) : {};
  return {
    ...own,
    ...numbers,
    year: nfo?.year ?? own.year,
    airDate: (isEpisode ? nfo.date : null) ?? own.airDate,
    originalTitle: nfo?.originalTitle ?? null,
    plot: nfo?.plot ?? null,
    genres: [...(nfo?.genres ?? [])],
    rating: nfo?.rating ?? null,
    externalIds: { ...externalIds, ...nfo?.externalIds },
  };
}

/** Where an NFO file tells of one episode of two, the name knows of the other. */
function episodesOf(own: Pick<FileNaming, "season" | "episode" | "episodeEnd">, nfo: NfoReading) {
  const { episode, episodeEnd } = nfo;
  const season = nfo.season ?? own.season ?? 1;
  const isSame = own.season === season && own.episode === episode;
  return { season, episode, episodeEnd: episodeEnd ?? (isSame ? own.episodeEnd : null) };
}

function seriesNames({ read, seriesNfo }: Told): SeriesNames | null {
  const { series } = read;
  if (series === null) return null;
  const { title, year } = series;
  const nfo = seriesNfo?.nfo;
  const named = nfo?.title ?? title;
  return {
    // Of the names alone: an NFO file that comes later makes it no other series.
    key: `${plain(title) || title} ${year ?? ""}`,
    title: named,
    sortTitle: nfo?.sortTitle ?? named,
    year: nfo?.year ?? year,
    facts: {
      originalTitle: nfo?.originalTitle ?? null,
      plot: nfo?.plot ?? null,
      genres: [...(nfo?.genres ?? [])],
      rating: nfo?.rating ?? null,
      externalIds: { ...series.externalIds, ...nfo?.externalIds },
    },
    nfo: seriesNfo?.path ?? "",
  };
}

/**
 * Places that sort as episodes are watched, specials behind all: `1` or `9`, the season, how it is numbered, the number.
 * Digits are as long as no number grows.
 */
function placesOf(naming: FileNaming, isInSeries: boolean): [string | null, string | null] {
  const { season, episode, episodeEnd, absoluteEpisode, airDate } = naming;
  const first = episode ?? absoluteEpisode;
  if (!isInSeries || (first === null && airDate === null)) return [null, null];
  const digits = (number: number): string => String(number).padStart(8, "0");
  const before = `${season === 0 ? 9 : 1}.${digits(season ?? 0)}`;
  if (first === null) {
    const day = `${before}.2.${airDate?.replaceAll("-", "") ?? ""}`;
    return [day, day];
  }
  return [`${before}.1.${digits(first)}`, `${before}.1.${digits(episodeEnd ?? first)}`];
}

function numberedTitle({ episode, episodeEnd, absoluteEpisode, airDate }: FileNaming) {
  const first = episode ?? absoluteEpisode;
  if (first === null) return airDate;
  return episodeEnd === null ? `Episode ${first}` : `Episodes ${first}–${episodeEnd}`;
}

/** By title and year; without a year only in one folder, as there is more than one film of many a title. */
function filmKeyOf({ title, year }: NameReading, path: string): string {
  const words = plain(title ?? "") || (title ?? "");
  return year === null ? `${path.slice(0, path.lastIndexOf("/") + 1)}${words}` : `${words} ${year}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
