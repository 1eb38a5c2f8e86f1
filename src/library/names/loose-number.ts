import { foldText } from "../../db/fold-text.ts";
import { noMark, type EpisodeMark } from "./episode-mark.ts";
import { areTags } from "./release-tags.ts";

/** `02 - Name`, `02. Name`, `2`, `102 Name`. */
const leading =
  /^\s*(\d{1,4})(?:(?:-|–|\s?[+&]\s?)(\d{1,4})(?=\s|$))?(?:v\d)?(?:\s?[-–.:]\s|\s|[.)]\s?|-(?=\p{L})|$)/u;
/** `Name - 012v2`, `Name - 01-02`. */
const dashed =
  /(?:^|\s)[-–]\s?(?:#|no?\.?\s)?(\d{1,4})(?:[-~](\d{1,4}))?(?:\s?v\d)?(?=\s|$|[-–(])(?!\s?(?:of|%))/iu;
/** `Name 012`, with nothing but tags, brackets or a title behind a dash after it. */
const trailing =
  /(?:^|\s)(\d{1,4})(?:-(\d{1,4}))?(?:v\d)?(?=\s*$|\s+-\s|\s*\((?!(?:19|20)\d\d\)))/u;
const anywhere = /(?:^|\s)(\d{3,4})(?=\s|$)/gu;

/**
 * A number that stands for an episode where nothing else says so. `season`: of the folder. In a season's folder it is
 * counted within the season, else from the series' beginning.
 */
export function findLooseNumber(
  text: string,
  groups: readonly string[],
  { series, season }: { readonly series: string | null; readonly season: number | null },
): EpisodeMark | null {
  const head = series === null ? 0 : headOf(text, series);
  const rest = text.slice(head);
  const isOwn = head > 0 || rest === "";
  const found =
    (season !== null || isOwn ? leading.exec(rest) : null) ??
    dashed.exec(rest) ??
    trailing.exec(rest) ??
    null;
  const before = (at: number): string => text.slice(0, head + at);
  if (found !== null && !isYear(found[1] ?? "")) {
    const after = rest.slice(found.index + found[0].length);
    return marked(found, { before: before(found.index), after }, season);
  }
  const inGroup = groups.find(
    (group) => /^\d{1,4}(?:v\d)?(?:\s?(?:end|fin|完))?$/i.test(group) && !isYear(group),
  );
  if (inGroup !== undefined) {
    return marked(/^(\d+)/.exec(inGroup) ?? [], { before: text, after: "" }, season);
  }
  return shortForm(rest, before, isOwn, season);
}

/** `Series.Name.102.hdtv`: season and episode in one number, believed where tags or a known series' name stand beside it. */
function shortForm(
  rest: string,
  before: (at: number) => string,
  isOwn: boolean,
  season: number | null,
): EpisodeMark | null {
  for (const found of rest.matchAll(anywhere)) {
    const digits = found[1] ?? "";
    const after = rest.slice(found.index + found[0].length);
    const isBesideTags = found.index > 0 && areTags(after.trim().split(" ")[0] ?? "");
    if (isYear(digits) || !(isOwn || isBesideTags)) continue;
    const mark = inOneNumber(digits, season);
    if (mark !== null) return { ...noMark, ...mark, before: before(found.index), after };
  }
  return null;
}

function inOneNumber(digits: string, season: number | null) {
  if (digits.length < 3) return null;
  const [inSeason, episode] = [Number(digits.slice(0, -2)), Number(digits.slice(-2))];
  if (inSeason === 0 || episode === 0 || (season !== null && inSeason !== season)) return null;
  return { season: inSeason, episode };
}

function marked(
  found: ArrayLike<string | undefined>,
  around: Pick<EpisodeMark, "before" | "after">,
  season: number | null,
): EpisodeMark {
  const digits = found[1] ?? "";
  const [first, last] = [Number(digits), Number(found[2] ?? 0)];
  // `1-02` in the first season's folder.
  if (first === season && digits.length === 1 && found[2]?.length === 2) {
    return { ...noMark, ...around, episode: last };
  }
  const episodeEnd = last > first ? last : null;
  const short = season === null ? null : inOneNumber(digits, season);
  if (short !== null) return { ...noMark, ...around, ...short };
  if (season !== null) return { ...noMark, ...around, episode: first, episodeEnd };
  return { ...noMark, ...around, absoluteEpisode: first, episodeEnd };
}

function isYear(digits: string): boolean {
  return /^(?:19\d\d|20[0-3]\d)$/.test(digits);
}

/** How much of a name is the series' own, letters of it: a number in it (`The 100`, `24`) is no episode's. */
export function headOf(text: string, series: string): number {
  const wanted = plain(series);
  if (wanted === "") return 0;
  // Word by word: as many as spell the series' name.
  for (const end of wordEnds(text)) {
    const words = plain(text.slice(0, end));
    if (words === wanted) return end;
    if (!wanted.startsWith(words)) return 0;
  }
  return 0;
}

function wordEnds(text: string): number[] {
  return [...text.matchAll(/\s|$/gu)].map(({ index }) => index);
}

/** Letters and digits alone. */
export function plain(text: string): string {
  return foldText(text).replaceAll(/[^\p{L}\p{N}]/gu, "");
}
