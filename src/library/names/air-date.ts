import { noMark, type EpisodeMark } from "./episode-mark.ts";

const yearFirst =
  /(?<!\p{N})((?:19|20)\d\d)([-. /]?)(0[1-9]|1[0-2]|[1-9](?=[-. /]))\2(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\p{N})/u;
const dayFirst =
  /(?<!\p{N})(0?[1-9]|[12]\d|3[01])([-. /])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\p{N})/u;
const inWords = /(?<!\p{N})((?:19|20)\d\d)年\s?(\d{1,2})月\s?(\d{1,2})日/u;

/** The day that some words name; null for none that is in the calendar. */
export function findAirDate(text: string): EpisodeMark | null {
  for (const [form, places] of [
    [yearFirst, [1, 3, 4]],
    [dayFirst, [4, 3, 1]],
    [inWords, [1, 2, 3]],
  ] as const) {
    const found = form.exec(text);
    const [year = 0, month = 0, day = 0] = places.map((place) => Number(found?.[place]));
    if (found === null || !isDay(year, month, day)) continue;
    const two = (n: number): string => String(n).padStart(2, "0");
    const after = text.slice(found.index + found[0].length);
    const airDate = `${year}-${two(month)}-${two(day)}`;
    return { ...noMark, before: text.slice(0, found.index), after, airDate };
  }
  return null;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
