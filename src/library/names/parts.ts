/** `DVD5` and `DVD9` are kinds of discs. */
const medium = /(?:^|[\s\-(])(?:(?:cd|dis[ck])\s?-?(\d{1,2}|[a-d])|dvd\s?-?([1-4]))\)?\s*$/i;
const mediumBehind = /(?:^|[\s\-(])(?:cd|dis[ck])\s?-?(\d{1,2})\)?(?=\s)/i;
/** `part1` in one word; with a space it is a title's (`Kill Bill Part 2`), but where no title can be. */
const joined = /(?:^|[\s\-(])(?:part|pt)(\d{1,2})\)?\s*$/i;
const loose = /(?:^|[\s\-(])(?:part|pt)\s?-?(\d{1,2}|[a-d])\)?\s*$/i;
const letter = /^\s*-?\s*([a-d])\s*$/i;

/** Which piece of a film a name ends with, from 1, and the name without it. `isBehindTitle`: no title can be in it. */
export function takePart(
  text: string,
  isBehindTitle: boolean,
): { readonly rest: string; readonly part: number | null } {
  for (const form of isBehindTitle ? [medium, loose, letter, mediumBehind] : [medium, joined]) {
    const found = form.exec(text);
    const part = numberOf(found?.[1] ?? found?.[2] ?? "");
    if (found === null || part === 0) continue;
    const behind = text.slice(found.index + found[0].length);
    return { rest: `${text.slice(0, found.index)} ${behind}`.trimEnd(), part };
  }
  return { rest: text, part: null };
}

function numberOf(word: string): number {
  if (word === "") return 0;
  return /^\d/.test(word) ? Number(word) : word.toLowerCase().charCodeAt(0) - 0x60;
}

/** Folders that hold one disc of a film: `CD1`, `Disc 2`. */
export function discOf(folder: string): number | null {
  const found = /^(?:cd|dvd|dis[ck])[\s._-]*(\d{1,2})$/i.exec(folder);
  return found === null ? null : Number(found[1]);
}

/** Folders in which a disc keeps its files, whose names say nothing. */
export function isDiscFolder(folder: string): boolean {
  return /^(?:video_ts|bdmv|stream|hvdvd_ts|backup)$/i.test(folder);
}
