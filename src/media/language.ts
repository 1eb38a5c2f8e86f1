import names from "iso-639-1";
import { iso6392 } from "iso-639-2";

/** What is said where nothing is known (ISO 639-2; BCP 47 leaves it out where it can). */
const unknownLanguage = "und";

/**
 * The language of a track as BCP 47 in its usual form (RFC 5646, 2.1.1 and 4.5: the shortest code of a language, `de` for `ger`
 * and `deu`; scripts `Hans`, regions `BR`), from what a file says of it: ISO 639-1, 639-2 of both kinds, 639-3, BCP 47, names of
 * languages, old and invented codes; and from its title where that says what the code does not. `und` for none. Of its own
 * answer it makes the same answer.
 */
export function languageOf(code: string, title: string | null): string {
  const told = fromCode(code);
  const known = told === unknownLanguage && title !== null ? fromWords(title) : told;
  return known.includes("-") || title === null ? known : withVariety(known, title);
}

const primaryOf = (tag: string): string => tag.split("-", 1)[0] ?? tag;

/** What menus call a language, in English; null where nothing is known. */
export function languageName(tag: string): string | null {
  const variety = varietyNames[tag];
  if (variety !== undefined) return variety;
  const primary = primaryOf(tag);
  if (primary === unknownLanguage) return null;
  const name = names.getName(primary) || nameByCode.get(primary) || otherNames[primary] || primary;
  return primary === tag ? name : `${name} (${tag.slice(primary.length + 1)})`;
}

/** Of all codes of ISO 639-2 that have a shorter one, or one of their own beside the English one. */
const shortestByCode = new Map(
  iso6392.flatMap(({ iso6391, iso6392B, iso6392T }) => {
    const shortest = iso6391 ?? iso6392T ?? iso6392B;
    return [iso6392B, iso6392T ?? iso6392B].map((code): [string, string] => [code, shortest]);
  }),
);
const nameByCode = new Map(
  iso6392.map(({ name, iso6391, iso6392B, iso6392T }): [string, string] => [
    iso6391 ?? iso6392T ?? iso6392B,
    name.split(/[;,(]/, 1)[0]?.trim() ?? name,
  ]),
);
const shortCodes = new Set<string>([...names.getAllCodes(), ...shortestByCode.values()]);
/** Of ISO 639-3 what films have. */
const otherNames: Readonly<Record<string, string>> = { cmn: "Mandarin", yue: "Cantonese" };

/** Withdrawn codes, and those that subtitle sites made up. */
const otherCodes: Readonly<Record<string, string>> = {
  ...{ iw: "he", in: "id", ji: "yi", jw: "jv", mo: "ro", scc: "sr", scr: "hr", mol: "ro" },
  ...{ pob: "pt-BR", pb: "pt-BR", ptb: "pt-BR", chs: "zh-Hans", cht: "zh-Hant" },
};

const tagShape =
  /^(?<primary>[a-z]{2,3})(?:-(?<script>[a-z]{4}))?(?:-(?<region>[a-z]{2}|\d{3}))?(?<rest>(?:-[a-z0-9]{1,8})*)$/;

function fromCode(code: string): string {
  const text = code.trim().toLowerCase().replaceAll("_", "-");
  const shape = tagShape.exec(text)?.groups;
  if (shape === undefined) return fromWords(text, true);
  const { primary = "", script, region, rest = "" } = shape;
  const shortest = otherCodes[primary] ?? shortestByCode.get(primary) ?? primary;
  if (shortest === unknownLanguage) return unknownLanguage;
  if (shortest.length === 2 && !shortCodes.has(shortest)) return unknownLanguage;
  const parts = [shortest];
  if (script !== undefined) parts.push(script[0]?.toUpperCase() + script.slice(1));
  if (region !== undefined) parts.push(region.toUpperCase());
  const tag = parts.join("-");
  // An invented code may stand for a region already: `pb-AA`.
  return [tag + rest, tag].find(isWellFormed) ?? shortest;
}

function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

const fold = (text: string): string => text.normalize("NFC").toLowerCase();

/** Other names for languages. */
const otherWords: Readonly<Record<string, string>> = {
  ...{ mandarin: "zh", 國語: "zh", 国语: "zh", cantonese: "yue", 粵語: "yue", 粤语: "yue" },
  ...{ castellano: "es", farsi: "fa", flemish: "nl", brazilian: "pt", truefrench: "fr" },
};

/** Names of languages in English and in themselves, the longest first; those of one or two letters are other words too. */
const byName: readonly (readonly [name: string, code: string])[] = [
  ...names
    .getAllCodes()
    .flatMap((code) =>
      [names.getName(code), ...names.getNativeName(code).split(/[,/(]/)].map(
        (name): [string, string] => [fold(name).replaceAll(/[()]/g, "").trim(), code],
      ),
    )
    .filter(([name]) => name.length >= (/^\p{sc=Latin}/u.test(name) ? 4 : 2)),
  ...Object.entries(otherWords),
].toSorted(([a], [b]) => b.length - a.length);

/** Codes that titles have in capitals: `ENG 5.1`, `[JPN]`, `VFF`. */
const titleCodes: Readonly<Record<string, string>> = { VF: "fr", VFF: "fr", VFQ: "fr", VFI: "fr" };

/** The language that a text names; of `isWhole` text nothing else stands in it. */
function fromWords(text: string, isWhole = false): string {
  const folded = fold(text);
  for (const [name, code] of byName) {
    if (isWhole ? folded === name : hasWord(folded, name)) return code;
  }
  if (isWhole) return unknownLanguage;
  for (const [word] of text.matchAll(/(?<![\p{L}\d])[A-Z]{2,3}(?![\p{L}\d])/gu)) {
    const code =
      titleCodes[word] ?? (word.length === 3 ? shortestByCode.get(word.toLowerCase()) : undefined);
    if (code !== undefined && code.length === 2) return code;
  }
  return unknownLanguage;
}

/** Scripts without spaces between words have no words to tell. */
function hasWord(text: string, name: string): boolean {
  const at = text.indexOf(name);
  if (at < 0 || !/^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}]/u.test(name)) return at >= 0;
  const around = [text.slice(0, at).at(-1), text.at(at + name.length)];
  return around.every((letter) => letter === undefined || !/\p{L}/u.test(letter));
}

/** Varieties that are worth a choice of their own, by what titles say of them. */
const varieties: readonly (readonly [language: string, said: RegExp, tag: string])[] = [
  ["pt", /bra[sz]il/i, "pt-BR"],
  ["pt", /portugal|europ[ée]/i, "pt-PT"],
  ["es", /latin|latam|419/i, "es-419"],
  ["es", /castil|castell|spain|españa|europ/i, "es-ES"],
  ["fr", /\bvfq\b|canad|qu[ée]b/i, "fr-CA"],
  ["fr", /\bvff\b|truefrench|\bfrance\b/i, "fr-FR"],
  ["zh", /simplified|\bchs\b|简/i, "zh-Hans"],
  ["zh", /traditional|\bcht\b|繁/i, "zh-Hant"],
  ["zh", /cantonese|粵語|粤语/i, "yue"],
  ["en", /\bbritish\b|\buk\b/i, "en-GB"],
];

const varietyNames: Readonly<Record<string, string>> = {
  ...{ "pt-BR": "Portuguese (Brazil)", "pt-PT": "Portuguese (Portugal)" },
  ...{ "es-419": "Spanish (Latin America)", "es-ES": "Spanish (Spain)" },
  ...{ "fr-CA": "French (Canada)", "fr-FR": "French (France)" },
  ...{ "zh-Hans": "Chinese (Simplified)", "zh-Hant": "Chinese (Traditional)" },
  ...{ "zh-CN": "Chinese (China)", "zh-TW": "Chinese (Taiwan)", "zh-HK": "Chinese (Hong Kong)" },
  ...{ "en-GB": "English (United Kingdom)", "en-US": "English (United States)" },
};

function withVariety(language: string, title: string): string {
  return varieties.find(([own, said]) => own === language && said.test(title))?.[2] ?? language;
}
