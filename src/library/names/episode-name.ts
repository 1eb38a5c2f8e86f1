import { findAirDate } from "./air-date.ts";
import { trimmed } from "./characters.ts";
import { takeEdition } from "./editions.ts";
import { noMark, type EpisodeMark } from "./episode-mark.ts";
import { extraOf } from "./extras.ts";
import { findEpisode } from "./find-episode.ts";
import { findLooseNumber, headOf, plain } from "./loose-number.ts";
import { readTitle } from "./movie-name.ts";
import { nothingRead, type NameReading, type SeriesReading } from "./naming.ts";
import { takePart } from "./parts.ts";
import { areTags, splitTags, versionOf } from "./release-tags.ts";
import { findSeason } from "./season-words.ts";
import { placeOfSeries, readSeries, seriesOf, type SeriesPlace } from "./series-folder.ts";
import { readWords, stemOf, type Words } from "./words.ts";

/**
 * What the path of an episode says, within its library: `folders` from the library's down, `library` the name of the
 * library's own folder, which is the series' where seasons lie right in it.
 */
export function readEpisodeName(
  folders: readonly string[],
  name: string,
  library: string,
): NameReading {
  const extra = extraOf(folders, stemOf(name));
  const words = readWords(extra?.stem ?? stemOf(name));
  const place = placeOfSeries(folders);
  if (extra !== null) {
    const title = trimmed(splitTags(words.text, 1).words) || words.text;
    return {
      ...nothingRead,
      title,
      extra: extra.extra,
      series: place.series,
      season: place.season,
    };
  }
  const mark = findMark(words, place);
  const own = ownSeries(mark?.before ?? words.text, words);
  const isNumbered = mark !== null;
  const series = seriesFor(place, isNumbered ? own.series : null, library);
  if (mark === null && series === null) return readTitle(words);
  const season = mark?.season ?? (mark?.airDate == null ? own.season : null) ?? place.season;
  const counted = withinSeason(mark, season);
  const tail = readTail(mark, words, series);
  return {
    ...nothingRead,
    ...tail,
    ...counted,
    series: series && { ...series, externalIds: series.externalIds },
    absoluteEpisode: counted.absoluteEpisode ?? tail.absoluteEpisode,
    airDate: counted.airDate ?? tail.airDate,
    season: isNumbered ? counted.season : place.season,
    externalIds: words.ids,
  };
}

/** What stands in square brackets alone counts where the words outside say nothing. */
function findMark(words: Words, { series, season }: SeriesPlace): EpisodeMark | null {
  const { text, groups } = words;
  const sure = findEpisode(text);
  if (sure !== null) return sure;
  for (const group of groups) {
    const inGroup = areTags(group) ? null : findEpisode(group);
    if (inGroup === null) continue;
    const head = series === null ? text.length : headOf(text, series.title);
    const after = `${trimmed(inGroup.after)} ${text.slice(head)}`;
    return { ...inGroup, before: text.slice(0, head), after };
  }
  const named = season ?? findSeason(text)?.season ?? null;
  const tagless = splitTags(text, 1);
  const loose = findLooseNumber(text, groups, { series: series?.title ?? null, season: named });
  return loose ?? findLooseNumber(tagless.words, groups, { series: null, season: named });
}

/** The series that a file's own name begins with. */
function ownSeries(before: string, { groups }: Words) {
  const front = trimmed(before);
  const title = front === "" ? (groups.filter((group) => !areTags(group))[1] ?? "") : front;
  if (title === "" || /^\d{1,4}$/.test(title)) return title === "" ? none : read(title);
  return read(title);
}

const none = { series: null, season: null };

function read(title: string): { series: SeriesReading | null; season: number | null } {
  const { series, season } = readSeries({ text: title, groups: [], ids: {}, edition: null });
  return { series: series ?? seriesOf(title), season };
}

function seriesFor(
  place: SeriesPlace,
  own: SeriesReading | null,
  library: string,
): SeriesReading | null {
  if (place.series !== null) return place.series;
  if (own !== null) return own;
  if (!place.hasSeason) return null;
  const named = seriesOf(readWords(library).text);
  return named && { ...named, folder: "" };
}

/** A number without a season is counted within one where a season is known; of words for episodes it is the first. */
function withinSeason(mark: EpisodeMark | null, season: number | null) {
  if (mark === null) return noMark;
  const { before: _, after: __, ...numbers } = mark;
  if (numbers.absoluteEpisode !== null && season !== null) {
    return { ...numbers, season, episode: numbers.absoluteEpisode, absoluteEpisode: null };
  }
  if (numbers.episode !== null) return { ...numbers, season: season ?? 1 };
  return { ...numbers, season };
}

/** Sonarr's `- 005 -` behind season and episode. */
const absolute = /^\s*-\s*\(?((?!(?:19|20)\d\d)\d{3,4})\)?\s*(?:-\s|$)/;

/** What stands behind the number: title, edition, version, part. */
function readTail(mark: EpisodeMark | null, words: Words, series: SeriesReading | null) {
  const { edition: given, groups } = words;
  const unnamed = series === null ? 0 : headOf(words.text, series.title);
  const behind = mark?.after ?? (words.text.slice(unnamed) || words.text);
  const aired = mark?.episode == null ? null : findAirDate(behind);
  const isAired = aired !== null && trimmed(aired.before) === "";
  const whole = isAired ? aired.after : behind;
  const counted = mark?.season == null ? null : absolute.exec(whole);
  const after = counted === null ? whole : whole.slice(counted[0].length);
  const quoted = /[「『]([^「」『』]+)[」』]/u.exec(after);
  const front = takePart(after, false);
  const split = splitTags(front.rest.trim(), 0);
  const inTags = takeEdition(split.tags.join(" "));
  const inGroups = groups.map((group) => takeEdition(group));
  const last = takePart(inTags.rest, true);
  const tags = [...last.rest.split(" "), ...inGroups.flatMap(({ rest }) => rest.split(" "))];
  const inBrackets = /\s*\(([^()]*)\)\s*$/.exec(split.words);
  const areOnlyTags = inBrackets?.[1] !== undefined && areTags(inBrackets[1]);
  const spoken = areOnlyTags ? split.words.slice(0, inBrackets.index) : split.words;
  if (areOnlyTags) tags.push(...(inBrackets[1] ?? "").split(" "));
  const title = trimmed(quoted?.[1] ?? withoutYear(spoken));
  const isSeries = series !== null && plain(title) === plain(series.title) && mark === null;
  const number = counted?.[1];
  return {
    title: title === "" || isSeries ? null : title,
    edition:
      given ?? inTags.edition ?? inGroups.find(({ edition }) => edition !== null)?.edition ?? null,
    version: versionOf(tags),
    part: front.part ?? (split.tags.length === 0 ? null : last.part),
    absoluteEpisode: number === undefined ? null : Number(number),
    airDate: isAired ? aired.airDate : null,
  };
}

/** `S01E02 (2004)`, `S01E02 2004 1080p`: the year of the series or the airing, no title. */
function withoutYear(text: string): string {
  // Behind a dash it is a title.
  return text
    .replace(/^(?!\s*-\s)\s*\(?(?:19|20)\d\d\)?\s*$/, "")
    .replace(/\s+\((?:19|20)\d\d\)\s*$/, "");
}
