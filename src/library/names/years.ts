import { trimmed } from "./characters.ts";
import { splitTags } from "./release-tags.ts";

/** Films are older than none of these, and are named few years ahead: beyond, a number is a title's (`Blade Runner 2049`). */
const year =
  /(?<![\p{L}\p{N}':/]|\d[-.])(\(?)((?:18[89]|19\d|20[0-3])\d)年?(\)?)(?![\p{L}\p{N}'%]|[-/](?:\d\d?|\d{4})(?![\p{L}\p{N}]))/gu;

export interface DatedWords {
  readonly before: string;
  readonly year: number;
  readonly after: string;
}

/**
 * The year that a name gives, with what stands before and after; null for none. A year in round brackets outranks others,
 * the last outranks earlier ones, and one that the whole title would be is a title (`1917`, `2012 (2009)`).
 */
export function findYear(text: string): DatedWords | null {
  const found = [...text.matchAll(year)].map((match) => ({
    // `Nineteen Eighty-Four.1984`
    before: text.slice(0, match.index).replace(/(?<=[\p{L}\p{N}])\.$/u, ""),
    year: Number(match[2]),
    after: text.slice(match.index + match[0].length),
    isBracketed: match[1] === "(" && match[3] === ")",
  }));
  const bracketed = found.findLast(({ isBracketed }) => isBracketed);
  if (bracketed !== undefined) return bracketed;
  const tagsBegin = splitTags(text, 1).words.length;
  return (
    found.findLast(({ before }) => before.length <= tagsBegin && trimmed(before) !== "") ??
    found.find(({ before, after }) => isFirst(before, after)) ??
    null
  );
}

/** `1962 - Dr. No`: a year that stands before the title. */
function isFirst(before: string, after: string): boolean {
  return trimmed(before) === "" && /^ - (?=\S)/.test(after) && splitTags(after, 0).words.length > 2;
}
