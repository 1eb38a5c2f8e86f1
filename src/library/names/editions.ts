const cut = String.raw`(?:cut|edition|version)`;

/** What films are cut to, as the world calls it; the longest first. */
const forms: readonly RegExp[] = [
  String.raw`(?:director'?s?|directors|final|theatrical|extended|ultimate|special|collector'?s?|limited|anniversary|unrated|uncut|international|original|restored|remastered|rogue|assembly|festival|despecialized|criterion|open matte|black (?:and|&) (?:chrome|white)|definitive|producer'?s|producers|roadshow|fan|tv|ultimate collector'?s|special extended|extended director'?s|\d{1,3}(?:st|nd|rd|th) anniversary|\w+ (?:donner|snyder)) ${cut}`,
  String.raw`(?:extended|unrated|uncut|uncensored|remastered|theatrical|imax|despecialized|open matte|restored)(?: remastered| unrated| uncut| enhanced)?`,
  String.raw`director'?s|final cut|dc`,
].map((form) => new RegExp(String.raw`(?<![\p{L}\p{N}])(?:the )?(${form})(?![\p{L}\p{N}])`, "iu"));

const longForms = forms.slice(0, 2);

/** The edition that some words name, as written, and the words without it. */
export function takeEdition(text: string): { rest: string; edition: string | null } {
  for (const form of forms) {
    const found = form.exec(text);
    if (found?.[1] === undefined) continue;
    const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`;
    return { rest, edition: sayEdition(found[1]) };
  }
  return { rest: text, edition: null };
}

/** An edition that a title ends with: there is more of a title before it. */
export function takeLastEdition(title: string): { rest: string; edition: string | null } {
  for (const form of longForms) {
    const found = new RegExp(`${form.source}\\W{0,3}$`, "iu").exec(title);
    const rest = found === null ? "" : title.slice(0, found.index);
    if (found?.[1] !== undefined && /[\p{L}\p{N}]/u.test(rest)) {
      return { rest, edition: sayEdition(found[1]) };
    }
  }
  return { rest: title, edition: null };
}

/** Plex's `{edition-…}`, and the name without it. */
export function takeGivenEdition(text: string): { rest: string; edition: string | null } {
  const found = /\{edition[-= ]([^{}]{1,100})\}/i.exec(text);
  const edition = found?.[1]?.trim() ?? "";
  if (found === null || edition === "") return { rest: text, edition: null };
  return { rest: text.replace(found[0], " "), edition };
}

/** `DIRECTORS CUT` and `dc` as people write them; else the name's own words. */
function sayEdition(words: string): string {
  if (/^(?:dc|director'?s?|directors)(?: (?:cut|edition|version))?$/i.test(words)) {
    return /edition$/i.test(words) ? "Director's Edition" : "Director's Cut";
  }
  if (/^imax$/i.test(words)) return "IMAX";
  const isShouted = words === words.toUpperCase() || words === words.toLowerCase();
  if (!isShouted) return words;
  return words
    .toLowerCase()
    .replaceAll(/(?<![\p{L}\p{N}'])\p{L}/gu, (letter) => letter.toUpperCase());
}
