import { findAirDate } from "./air-date.ts";
import { noMark, type EpisodeMark } from "./episode-mark.ts";
import { episodeWord, seasonWord, wordEnd, wordStart } from "./season-words.ts";

/** `S01E02`, `s1.e2`, `S01xE02`, `T1E2`, `Season 1 Episode 2`. */
const withLetters = new RegExp(
  String.raw`${wordStart}(?:s|t|season\s?|${seasonWord}\s?)(\d{1,4})(?:\s?[-.,x:]?\s?)(?:e|ep|${episodeWord})[\s.#-]?(\d{1,4})(?!\d)`,
  "iu",
);
const reversed = new RegExp(
  String.raw`${wordStart}(\d{1,2})(?:-?й)?\s?(?:${seasonWord})[\s,.-]{0,3}(\d{1,4})(?:-?я)?\s?(?:${episodeWord})${wordEnd}`,
  "iu",
);
const asian =
  /(?:第\s?(\d{1,2})\s?(?:季|期|シーズン|部)|(?:시즌)\s?(\d{1,2})|(?<![\p{L}\p{N}])s(\d{1,2}))[\s-]{0,3}第?\s?(\d{1,4})\s?(?:話|话|集|回|화|회)/iu;
/** Spanish releases number seasons and episodes in one. */
const spanish = /(?<![\p{L}\p{N}])cap[\s.]{0,2}(\d{1,2})(\d\d)(?!\d)/iu;
/** `2 серия`, `2. Bölüm` */
const before =
  /(?<![\p{L}\p{N}.])(\d{1,4})(?:-?[яй]|\.)?\s?(?:серия|серії|серія|выпуск|bölüm|epizod|epizóda|rész|díl|jakso|avsnitt|odcinek)(?![\p{L}\p{N}])/iu;
/** `1x02`; not `16x9`, and no size of a picture. */
const crossed = /(?<![\p{L}\p{N}.])(\d{1,2})x(\d{1,3})(?!\p{N}|(?!x\d)\p{L})(?<!16x9|4x3)/iu;
const special =
  /(?<![\p{L}\p{N}])(?:sp|ova|oad|special|extra episode)\s?#?(\d{1,2})(?![\p{L}\p{N}])/iu;
const worded = new RegExp(
  String.raw`${wordStart}(?:e|${episodeWord})[\s.#-]{0,2}(\d{1,4})(?:\s?[-–&+]\s?(?:e|${episodeWord})?\s?(\d{1,4}))?(?:v\d)?${wordEnd}`,
  "iu",
);
const counted =
  /(?:第|제|#)\s?(\d{1,4})(?:\s?[-~–]\s?(\d{1,4}))?\s?(?:話|话|集|回|화|회|夜|章)|(?<![\p{L}\p{N}])(\d{1,4})(?:-(\d{1,4}))?\s?(?:話|话|集|回|화|회)|(?<![\p{L}\p{N}])#(\d{1,4})(?!\p{N})/u;
const ofMany = /(?<![\p{L}\p{N}])(\d{1,2})\s?(?:of|sur|von|из|di|de)\s?(\d{1,2})(?![\p{L}\p{N}])/iu;

const more = /\s?(?:[-–+&,]\s?)?(?:s\d{1,4}\s?)?ep?\s?(\d{1,4})(?!\d)/iuy;
const moreCrossed = /\s?(?:[-–+&]\s?)?(?:\d{1,2})?x(\d{1,3})(?![\p{L}\p{N}])/iuy;
const upTo = /[-–+&](\d{2,4})(?![\p{L}\d])/uy;
const twin = /[ab](?![\p{L}\p{N}])/iuy;
/** No file holds more. */
const mostAtOnce = 60;

/** The first way to name an episode that is sure to be one; null where there is none. */
export function findEpisode(text: string): EpisodeMark | null {
  return (
    withSeason(text, withLetters, more) ??
    withSeason(text, reversed, more) ??
    withSeason(text, spanish, more) ??
    withSeason(text, asian, more) ??
    withSeason(text, crossed, moreCrossed) ??
    findAirDate(text) ??
    ofSpecial(text) ??
    withoutSeason(text)
  );
}

function withSeason(text: string, form: RegExp, next: RegExp): EpisodeMark | null {
  const found = form.exec(text);
  if (found === null) return null;
  const numbers = found.slice(1).filter((group) => group !== undefined);
  const [season, episode] = numbers.map(Number);
  if (season === undefined || episode === undefined) return null;
  const { last, end } = lastOf(text, found.index + found[0].length, episode, next);
  return {
    ...noMark,
    ...{ before: text.slice(0, found.index), after: text.slice(end), season, episode },
    episodeEnd: last > episode ? last : null,
  };
}

/** The last of several episodes, `S01E02E03-E05`, and where they end. */
function lastOf(text: string, from: number, first: number, next: RegExp) {
  let [last, end] = [first, from];
  for (;;) {
    const found =
      at(next, text, end) ?? (last === first ? higher(at(upTo, text, end), first) : null);
    const number = Number(found?.[1]);
    if (found === null || number - first > mostAtOnce) break;
    [last, end] = [Math.max(last, number), end + found[0].length];
  }
  return { last, end: at(twin, text, end) === null ? end : end + 1 };
}

function higher(found: RegExpExecArray | null, first: number): RegExpExecArray | null {
  return Number(found?.[1]) > first ? found : null;
}

function at(form: RegExp, text: string, index: number): RegExpExecArray | null {
  const sticky = new RegExp(form.source, form.flags);
  sticky.lastIndex = index;
  return sticky.exec(text);
}

function ofSpecial(text: string): EpisodeMark | null {
  const found = special.exec(text);
  if (found === null) return null;
  const after = text.slice(found.index + found[0].length);
  return {
    ...noMark,
    before: text.slice(0, found.index),
    after,
    season: 0,
    episode: Number(found[1]),
  };
}

function withoutSeason(text: string): EpisodeMark | null {
  for (const form of [worded, before, counted, ofMany]) {
    const found = form.exec(text);
    if (found === null) continue;
    const [episode, last] = found
      .slice(1)
      .filter((group) => group !== undefined)
      .map(Number);
    if (episode === undefined) continue;
    const isSpan = form !== ofMany && last !== undefined && last > episode;
    return {
      ...noMark,
      before: text.slice(0, found.index),
      after: text.slice(found.index + found[0].length),
      episode,
      episodeEnd: isSpan && last - episode <= mostAtOnce ? last : null,
    };
  }
  return null;
}
