import type { AudioTrack } from "../media/source.ts";
import type { AudioTrackRendition } from "./rendition.ts";

/** What manifests and menus tell of a sound, however it is made. */
export type ShownAudio = Omit<AudioTrackRendition, "method" | "kind" | "track">;

/** The sounds of a film in their order, each with what is shown of it. */
export function shownAudio(
  tracks: readonly AudioTrack[],
): { readonly track: AudioTrack; readonly shown: ShownAudio }[] {
  const defaultIndex = (tracks.find((track) => track.isDefault) ?? tracks[0])?.index;
  const labels = new Set<string>();
  return tracks.map((track, i) => {
    const isDefault = track.index === defaultIndex;
    const shown = {
      id: `a${i + 1}`,
      language: track.language,
      label: uniqueLabel(track.title ?? languageLabel(track.language, i + 1), labels),
      isDefault,
      role: track.isCommentary ? "commentary" : isDefault ? "main" : "alternate",
    } as const;
    return { track, shown };
  });
}

/** A fixed table, not Intl: the label is part of the hash and must not follow a machine's language data. */
const languageNames: Readonly<Record<string, string>> = {
  ara: "Arabic",
  chi: "Chinese",
  zho: "Chinese",
  cze: "Czech",
  ces: "Czech",
  dan: "Danish",
  dut: "Dutch",
  nld: "Dutch",
  eng: "English",
  en: "English",
  fin: "Finnish",
  fre: "French",
  fra: "French",
  ger: "German",
  deu: "German",
  gre: "Greek",
  ell: "Greek",
  heb: "Hebrew",
  hin: "Hindi",
  hun: "Hungarian",
  ita: "Italian",
  jpn: "Japanese",
  kor: "Korean",
  nor: "Norwegian",
  pol: "Polish",
  por: "Portuguese",
  rum: "Romanian",
  ron: "Romanian",
  rus: "Russian",
  spa: "Spanish",
  swe: "Swedish",
  tha: "Thai",
  tur: "Turkish",
  ukr: "Ukrainian",
  vie: "Vietnamese",
};

/** What a menu calls a track that has no title of its own. */
function languageLabel(language: string, position: number): string {
  return languageNames[language] ?? (language === "und" ? `Audio ${position}` : language);
}

/** Menus and HLS NAME attributes need distinct labels without quotes or line breaks (RFC 8216 4.2). */
function uniqueLabel(wanted: string, taken: Set<string>): string {
  const clean =
    wanted
      .replaceAll(/["\p{Cc}]+/gu, " ")
      .trim()
      .slice(0, 80) || "Audio";
  let label = clean;
  for (let i = 2; taken.has(label); i++) label = `${clean} (${i})`;
  taken.add(label);
  return label;
}
