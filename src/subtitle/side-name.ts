import { languageName, languageOf } from "../media/language.ts";

/** What the name of a file of subtitles says of them. */
export interface SideName {
  /** BCP 47; `und` where it says none. */
  readonly language: string;
  /** What of the name is none of the rest; null for nothing. */
  readonly title: string | null;
  readonly isDefault: boolean;
  readonly isForced: boolean;
  readonly isForHearingImpaired: boolean;
  readonly isCommentary: boolean;
}

/** The notations that are read from a file of its own, by its ending. */
const sideExtensions: ReadonlySet<string> = new Set([
  ...["srt", "ass", "ssa", "vtt", "sbv", "ttml", "dfxp", "smi", "sami", "sub"],
]);

/** Of films: `film.mkv.srt`. */
const endings = new Set(["mkv", "mp4", "avi", "mov", "m4v", "webm", "ts", "m2ts", "mpg"]);

const flags: Readonly<Record<string, keyof SideName>> = {
  ...{ default: "isDefault", forced: "isForced", foreign: "isForced" },
  ...{ sdh: "isForHearingImpaired", cc: "isForHearingImpaired", hi: "isForHearingImpaired" },
  ...{ commentary: "isCommentary" },
};

/**
 * What a file's name says, where the file belongs to a film; null where it does not. `film`: the film's name without
 * its ending. `hasFolder`: it lies in a folder for the subtitles of that very film, where its name may be anything
 * (`2_English.srt`).
 */
export function sideName(film: string, fileName: string, hasFolder: boolean): SideName | null {
  const dot = fileName.lastIndexOf(".");
  if (dot <= 0 || !sideExtensions.has(fileName.slice(dot + 1).toLowerCase())) return null;
  const name = fileName.slice(0, dot);
  const own = name.slice(0, film.length).toLowerCase() === film.toLowerCase();
  // `Alien.en` is of `Alien`; `Aliens` and `Alien 3` are not.
  const rest = own && /^(?:[.]|$| - |_|\[|\()/.test(name.slice(film.length));
  if (!rest && !hasFolder) return null;
  return readWords(rest ? name.slice(film.length) : name);
}

function readWords(text: string): SideName {
  const found: { -readonly [K in keyof SideName]: SideName[K] } = {
    ...{ language: "und", title: null, isDefault: false, isForced: false },
    ...{ isForHearingImpaired: false, isCommentary: false },
  };
  const rest: string[] = [];
  // `pt_BR` is a tag, while other lines part words.
  const tagged = text.replaceAll(/\b([a-z]{2,3})_([A-Z]{2}|[A-Z][a-z]{3})(?=[.\s]|$)/g, "$1-$2");
  const words = tagged.split(/[.\s_[\]()]+| - /).filter((word) => word !== "" && word !== "-");
  for (const [i, word] of words.entries()) {
    const flag = flags[word.toLowerCase()];
    // Hindi is `hi` as well: where no other word is a language, and none says it is for who does not hear.
    const isHindi =
      found.language === "und" &&
      word.toLowerCase() === "hi" &&
      !words.some((other, j) => j !== i && speaks(other));
    if (flag !== undefined && !isHindi) Object.assign(found, { [flag]: true });
    else if (found.language === "und" && (isHindi || speaks(word))) {
      found.language = languageOf(word, null);
    } else if (!/^\d+$/.test(word) && !endings.has(word.toLowerCase())) rest.push(word);
  }
  found.title = rest.length === 0 ? null : rest.join(" ");
  return found;
}

/** A code, a tag or a name of a language: not any three letters. */
function speaks(word: string): boolean {
  const tag = languageOf(word, null);
  return flags[word.toLowerCase()] === undefined && tag !== "und" && languageName(tag) !== tag;
}
