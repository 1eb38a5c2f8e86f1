/** What a season is called, and an episode, in the languages of the world; as parts of regular expressions. */
export const seasonWord =
  "season|series|staffel|saison|temporada|stagione|seizoen|säsong|sæson|sesong|kausi|sezon|sezonul|sezóna|série|serie|évad|book|сезон|σεζόν|κύκλος|mùa|musim|עונה|الموسم|موسم|فصل|ฤดูกาล|ซีซั่น|시즌|シーズン|シリーズ";

export const episodeWord =
  "episode|episodes|ep|eps|folge|épisode|episodio|episódio|capitulo|capítulo|cap|puntata|aflevering|avsnitt|afsnit|jakso|odcinek|díl|dil|epizoda|epizód|bölüm|chapter|серия|серії|серія|эпизод|выпуск|επεισόδιο|tập|פרק|الحلقة|حلقة|قسمت|ตอนที่|ตอน|에피소드";

/** Where a word ends; `\b` knows no letters but the English ones. */
export const wordStart = String.raw`(?<![\p{L}\p{N}])`;
export const wordEnd = String.raw`(?![\p{L}\p{N}])`;

/** `2nd Season`, `1. Staffel`, `3 сезон`. */
const ordinal = String.raw`(\d{1,2})\s?(?:st|nd|rd|th|\.|ª|º|a|e|er|ère|-?й|-?я)?\s?(?:${seasonWord})`;

const seasonNumber = [
  new RegExp(String.raw`${wordStart}(?:${seasonWord})\s?#?(\d{1,4})${wordEnd}`, "iu"),
  new RegExp(String.raw`${wordStart}${ordinal}${wordEnd}`, "iu"),
  /第\s?(\d{1,2})\s?(?:季|期|シーズン|部)/u,
  /(?<![\p{L}\p{N}])[st](\d{1,2})(?![\p{L}\p{N}])/iu,
];

const specials =
  /^(?:specials?|ova|ovas|oad|sp|sonderfolgen|especiales|hors[- ]série|спешлы|特典|特別編)$/i;

const numerals = "一二三四五六七八九十";
const chinese = /第([一二三四五六七八九十])(?:季|期|部)/u;

export interface SeasonMark {
  readonly season: number;
  /** Before it and after it. */
  readonly before: string;
  readonly after: string;
}

/** The season that some words name; null for none. */
export function findSeason(text: string): SeasonMark | null {
  const counted = chinese.exec(text);
  if (counted?.[1] !== undefined) {
    const after = text.slice(counted.index + counted[0].length);
    return {
      season: numerals.indexOf(counted[1]) + 1,
      before: text.slice(0, counted.index),
      after,
    };
  }
  for (const form of seasonNumber) {
    const found = form.exec(text);
    if (found === null) continue;
    const [whole, number] = found;
    const after = text.slice(found.index + whole.length);
    // A pack of several seasons is none of them.
    if (/^\s?[-–&+]\s?(?:s|season\s?)?\d/i.test(after)) continue;
    return { season: Number(number), before: text.slice(0, found.index), after };
  }
  return null;
}

/** Folders of the only season there is. */
export function isMiniseries(folder: string): boolean {
  return /^(?:mini-?series|limited series|miniserie)$/i.test(folder);
}

export function isSpecials(folder: string): boolean {
  return specials.test(folder);
}
