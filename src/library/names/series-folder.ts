import { trimmed } from "./characters.ts";
import { findEpisode } from "./find-episode.ts";
import { plain } from "./loose-number.ts";
import type { SeriesReading } from "./naming.ts";
import { discOf, isDiscFolder } from "./parts.ts";
import { areTags, splitTags } from "./release-tags.ts";
import { findSeason, isMiniseries, isSpecials } from "./season-words.ts";
import { readWords, type Words } from "./words.ts";
import { findYear } from "./years.ts";

export interface SeriesPlace {
  /** null where no folder is a series'. */
  readonly series: SeriesReading | null;
  readonly season: number | null;
  /** Whether a folder is a season's, so that the series' folder is above it. */
  readonly hasSeason: boolean;
}

/** Shelves that hold many series and are none. */
const shelf =
  /^(?:tv|tv[\s-]?shows?|shows?|series|serien|séries|serie|anime|animes|cartoons?|downloads?|complete|completed|new|misc|various|videos?|media|dramas?|documentar(?:y|ies)|kids|\p{L}|[a-z0-9]-[a-z0-9]|\d{1,2}-\d{1,2}|сериалы|アニメ|番組|动漫|电视剧)$/iu;

const extraFolder =
  /^(?:subs?|subtitles?|extras?|featurettes|bonus|trailers?|samples?|videos?|behind the scenes|deleted scenes|interviews|shorts|clips|other)$/i;

/** Series and season by the folders that a file lies in, from the library's down. */
export function placeOfSeries(folders: readonly string[]): SeriesPlace {
  let season: number | null = null;
  let hasSeason = false;
  for (let depth = folders.length; depth > 0; depth--) {
    const name = folders[depth - 1] ?? "";
    if (isPassedBy(name)) continue;
    const words = readWords(name);
    const above = depth > 1;
    const inSeason = seasonFolder(words, above);
    if (inSeason !== null) {
      season ??= inSeason;
      hasSeason = true;
      continue;
    }
    if (shelf.test(name) && !hasSeason) return { series: null, season, hasSeason };
    const { series, season: named } = readSeries(words);
    if (series === null) continue;
    const path = folders.slice(0, depth).join("/");
    const parent = above ? readSeries(readWords(folders[depth - 2] ?? "")).series : null;
    // A release in its series' folder: the series' own name is the better one.
    const isInOwn = parent !== null && plain(parent.title) === plain(series.title);
    const folder = isInOwn ? folders.slice(0, depth - 1).join("/") : path;
    return {
      series: { ...(isInOwn ? parent : series), folder },
      season: season ?? named,
      hasSeason: hasSeason || named !== null,
    };
  }
  return { series: null, season, hasSeason };
}

function isPassedBy(name: string): boolean {
  return discOf(name) !== null || isDiscFolder(name) || extraFolder.test(name);
}

/** The season of a folder that is a season's alone; null for one with a name of its own. `above`: it lies in another. */
function seasonFolder({ text, groups }: Words, above: boolean): number | null {
  if (isSpecials(text)) return 0;
  if (above && isMiniseries(text)) return 1;
  if (above && /^\d{1,2}$|^(?:19|20)\d\d$/.test(text)) return Number(text);
  const found = findSeason(text) ?? findSeason(groups[0] ?? "");
  if (found === null || trimmed(found.before) !== "") return null;
  // `Series 7 The Contenders` in no other folder is a name.
  const rest = trimmed(found.after);
  const isPlain = rest === "" || areTags(rest) || /^[-(:]/.test(found.after.trim());
  return above || isPlain ? found.season : null;
}

/** What a folder of a series, or of some of it, is called. */
export function readSeries(words: Words): {
  readonly series: SeriesReading | null;
  readonly season: number | null;
} {
  const { text, groups, ids } = words;
  const mark = findEpisode(text);
  const inSeason = findSeason(text);
  const isEpisode = mark !== null && mark.season !== null && trimmed(mark.before) !== "";
  const isSeason = !isEpisode && inSeason !== null && trimmed(inSeason.before) !== "";
  const front = isEpisode ? mark.before : isSeason ? inSeason.before : text;
  const title = trimmed(front) || groups.find((group) => !areTags(group)) || "";
  const season = isEpisode ? mark.season : isSeason ? inSeason.season : null;
  const series = seriesOf(title);
  return { series: series && { ...series, externalIds: ids }, season };
}

/** A series by its words: title, and the year behind it. */
export function seriesOf(words: string): SeriesReading | null {
  // `Lost (2004-2010)`, `Lost (2004–)`
  const dated = findYear(words.replace(/\((\d{4})\s?[-–]\s?(?:\d{4})?\s?\)/, "($1)"));
  // `Castle 2009`, `Castle (2009)`; another year in a name is the name's.
  const isDated =
    dated !== null &&
    trimmed(dated.before) !== "" &&
    (words.includes(`(${dated.year}`) || trimmed(splitTags(dated.after, 0).words) === "");
  const front = isDated ? dated.before : words;
  const pack =
    /^(.*?)[\s(]+(?:s\d{1,2}\s?-\s?s?\d{1,2}|seasons?\s\d{1,2}\s?(?:-|to|&)\s?\d{1,2}|complete(?: series)?|the complete series)(?![\p{L}\p{N}]).*$/iu.exec(
      front,
    );
  const title = trimmed(splitTags(pack?.[1] || front, 1, false).words);
  if (title === "") return null;
  return { title, year: isDated ? dated.year : null, externalIds: {}, folder: null };
}
