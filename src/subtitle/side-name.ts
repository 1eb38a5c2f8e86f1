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

/**
 * What a file's name says, where the file belongs to a film; null where it does not, by what Jellyfin, Plex and Kodi
 * have such files named. `film`: the film's name without its ending. `hasFolder`: it lies in a folder for the
 * subtitles of that very film, where its name may be anything (`2_English.srt`).
 *
 * Behind the film's name stand words between dots (or spaces, dashes, underscores, brackets): what is neither a
 * language nor a flag is a title. Where films share a folder, see `ownerOf`.
 */
export function sideName(film: string, fileName: string, hasFolder: boolean): SideName | null {
  const dot = fileName.lastIndexOf(".");
  if (dot <= 0 || !sideExtensions.has(fileName.slice(dot + 1).toLowerCase())) return null;
  const name = fileName.slice(0, dot).normalize("NFC");
  const behind = behindName(name, film.normalize("NFC"));
  if (behind !== null) return saysSomething(behind) ? said(behind) : null;
  // Programs that take tracks out of films number them.
  return hasFolder ? said(name.replace(/^\d{1,3}(?=[._ -]|$)/, "")) : null;
}

/**
 * Whose a file is of the films that it may belong to by its name: theirs that have the longest name, since
 * `Alien.Covenant.en.srt` is no file of `Alien`. Names without endings; null for nobody's.
 */
export function ownerOf(films: readonly string[], fileName: string): string | null {
  let owner: string | null = null;
  for (const film of films) {
    if (film.length > (owner?.length ?? -1) && sideName(film, fileName, false)) owner = film;
  }
  return owner;
}

/** What stands behind the film's name; null where that is not what the name begins with. */
function behindName(name: string, film: string): string | null {
  if (film === "" || name.slice(0, film.length).toLowerCase() !== film.toLowerCase()) return null;
  const behind = name.slice(film.length).replace(ownEnding, "");
  return behind === "" || /^[._ [({-]/.test(behind) ? behind : null;
}

/** Of films: `film.mkv.srt`. */
const ownEnding = /^\.(?:mkv|mp4|avi|mov|m4v|webm|ts|m2ts|mpg)(?=\.|$)/i;

/**
 * Behind a dot anything may stand but a number, a year or a part of another film (`Alien.3`, `Blade.Runner.2049`,
 * `film.cd2`). Behind a space, a dash or an underscore it may be another film's name (`Alien - Covenant`): there it
 * must be a language or a flag that begins.
 */
function saysSomething(behind: string): boolean {
  const [first = ""] = wordsOf(behind);
  if (first === "") return behind.trim() === "";
  return behind.startsWith(".") ? !otherFilm.test(first) : isOurs(first);
}

const otherFilm = /^(?:(?:part|pt|cd|dis[ck]|s\d{1,3}e)[ _-]?)?\d{1,4}(?!\d)/i;

function said(text: string): SideName {
  const words = wordsOf(text).map((word) => ({ word, ...meaningOf(word) }));
  const has = (flag: Flag): boolean => words.some((word) => word.flag === flag);
  const titles = words.filter(({ language, flag }) => language === null && flag === null);
  const named = words.filter(({ language }) => language !== null);
  // Hindi's code is what is also short for `hearing impaired`: beside another language it is that.
  const others = named.filter(({ language }) => language !== "hi");
  const isShort = named.some(({ word }) => word.toLowerCase() === "hi");
  const count = named.length - others.length;
  const language = (others.at(-1) ?? named[0])?.language ?? null;
  const title = titles.map(({ word }) => word).join(" ");
  return {
    language: languageOf(language ?? spokenOf(title) ?? "und", text),
    title: title === "" ? null : title,
    isDefault: has("default"),
    isForced: has("forced"),
    isForHearingImpaired: has("impaired") || (isShort && (others.length > 0 || count > 1)),
    isCommentary: has("commentary") || /\bcommentary\b/i.test(title),
  };
}

/** A language that is named among other words: `Latin American Spanish`. */
function spokenOf(text: string): string | null {
  const language = languageOf("", text);
  return language === "und" ? null : language;
}

type Flag = "forced" | "impaired" | "default" | "commentary" | "none";

const flags: Readonly<Record<string, Flag>> = {
  ...{ forced: "forced", foreign: "forced", default: "default", commentary: "commentary" },
  ...{ sdh: "impaired", cc: "impaired", hearingimpaired: "impaired" },
  // That they are whole is no name for them.
  ...{ full: "none", sub: "none", subs: "none", subtitle: "none", subtitles: "none" },
};

interface Meaning {
  readonly language: string | null;
  readonly flag: Flag | null;
}

function meaningOf(word: string): Meaning {
  const flag = flags[word.toLowerCase().replaceAll(/[-_ ]/g, "")] ?? null;
  if (flag !== null) return { language: null, flag };
  const tag = languageOf(word, null);
  const [primary = ""] = tag.split("-");
  // Three letters may be any word: those are codes that have a name, and of the rare ones not in capitals.
  const isNamed = primary !== "und" && languageName(primary) !== primary;
  const isRare = primary.length > 2 && word !== word.toLowerCase() && word.length < 4;
  return { language: isNamed && !isRare ? tag : null, flag: null };
}

function isOurs(word: string): boolean {
  const { language, flag } = meaningOf(word);
  return language !== null || flag !== null;
}

/** Dots part them, and spaces, underscores and brackets do where dots left something that is no word of ours. */
function wordsOf(text: string): string[] {
  return text.split(/[.,;[\](){}]+/).flatMap((piece) => {
    const trimmed = piece.replaceAll(/^[\s_-]+|[\s_-]+$/g, "");
    if (trimmed === "") return [];
    if (isOurs(trimmed)) return [trimmed];
    const words = trimmed.split(/[\s_-]+/).filter(Boolean);
    // Words of a title stay together.
    return words.every((word) => isOurs(word) || /^\d{1,3}$/.test(word)) ? words : [trimmed];
  });
}
