import { foldText } from "../../db/fold-text.ts";
import { trimmed } from "./characters.ts";
import { takeEdition, takeLastEdition } from "./editions.ts";
import { extraOf } from "./extras.ts";
import { nothingRead, type NameReading } from "./naming.ts";
import { discOf, isDiscFolder, takePart } from "./parts.ts";
import { areTags, labelOf, splitTags, versionOf } from "./release-tags.ts";
import { readWords, stemOf, type Words } from "./words.ts";
import { findYear } from "./years.ts";

/** Names that programs give to any film. */
const anyFilm =
  /^(?:movie|film|video|main|index|feature|title[\s_]?t?\d*|vts[\s_]\d+[\s_]\d|\d{5}|disc|dvd)$/i;

/** What the path of a film says, within its library: `folders` from the library's down. */
export function readMovieName(folders: readonly string[], name: string): NameReading {
  const extra = extraOf(folders, stemOf(name));
  const words = readWords(extra?.stem ?? stemOf(name));
  const file = readTitle(words);
  const inside = folders.filter((folder) => !isDiscFolder(folder));
  const disc = discOf(inside.at(-1) ?? "");
  const own = inside.at(disc === null ? -1 : -2);
  const isInDisc = inside.length < folders.length;
  const folder = own === undefined || extra !== null ? null : readTitle(readWords(own));
  const { title, year } = better(file, folder, isInDisc || anyFilm.test(words.text));
  const externalIds = { ...folder?.externalIds, ...file.externalIds };
  return {
    ...file,
    ...{ title, year, externalIds, extra: extra?.extra ?? null },
    edition: file.edition ?? folder?.edition ?? null,
    part: file.part ?? disc,
  };
}

/** A folder that holds a film is named with more care than the files in it; one that holds many is no film's. */
function better(file: NameReading, folder: NameReading | null, isAnyFilm: boolean): NameReading {
  if (folder?.title === undefined || folder.title === null) return file;
  if (isAnyFilm) return folder;
  const isSame = foldText(file.title ?? "") === foldText(folder.title);
  if (folder.year === null) return file;
  if (file.year === null) return isSame || !isPeriod(folder) ? folder : file;
  return Math.abs(file.year - folder.year) <= 1 ? folder : file;
}

/** `Films of 1999`, `Filme 1990`: a shelf, no film. */
function isPeriod({ title }: NameReading): boolean {
  return /^(?:(?:movies|films?|filme|cinema|videos?|movies from|films of|best of|top \d+)[\s\-:]*)$/i.test(
    title ?? "",
  );
}

/** `01 - Alien (1979)`, `1. Alien (1979)`: its place in a collection. */
const place = /^(?:0\d(?:\.| -)|\d{1,2}\.)\s+(?=\p{L}.*\()/u;

/** Reads one name that holds a film's title; what it is about is never lost, so that the title is never empty. */
export function readTitle(words: Words): NameReading {
  const { groups, ids } = words;
  const text = words.text.replace(place, "");
  const dated = findYear(text);
  const isFirst = dated !== null && trimmed(dated.before) === "";
  const beforeTags = dated === null ? splitTags(text, 1) : null;
  const piece = dated === null ? takePart(beforeTags?.words ?? "", false) : null;
  const raw = isFirst ? splitTags(dated.after, 1).words : (piece?.rest ?? dated?.before ?? "");
  const long = takeLastEdition(raw);
  const front = splitTags(long.rest, 1).words;
  const ownTags = dated === null || isFirst ? [] : splitTags(dated.before, 1).tags;

  const behind = isFirst ? "" : (dated?.after ?? beforeTags?.tags.join(" ") ?? "");
  const inGroups = groups.map((group) => takeEdition(group));
  const { rest: uncut, edition } = takeEdition(behind);
  const { rest, part } = takePart(uncut, true);
  const label = / - |^\s?-\s/.test(rest) ? labelOf(trimmed(afterDash(rest))) : null;
  const outside = label === null ? rest.split(" ") : [];
  const tags = [...ownTags, ...outside, ...inGroups.flatMap((group) => group.rest.split(" "))];
  const version = [label ?? "", versionOf(tags) ?? ""].filter((word) => word !== "").join(" ");
  const groupYear = groups.find((group) => /^(?:19|20)\d\d(?=$|[,\s])/.test(group));
  const title = trimmed(front) || (groups.find((group) => !areTags(group)) ?? "");
  const year = dated?.year ?? (groupYear === undefined ? null : Number.parseInt(groupYear, 10));
  return {
    ...nothingRead,
    title: title || text,
    year: title === "" ? null : year,
    edition:
      words.edition ??
      edition ??
      inGroups.find((group) => group.edition !== null)?.edition ??
      long.edition,
    version: version === "" ? null : version,
    part: part ?? piece?.part ?? null,
    externalIds: ids,
  };
}

function afterDash(text: string): string {
  const at = text.indexOf("- ");
  return at === -1 ? text : text.slice(at + 2);
}
