import type { MediaFile, Playback } from "./api-shapes.ts";

/** A text that the page gives to the player by itself, as a WebVTT file. */
export interface OwnText {
  readonly src: string;
  readonly label: string;
  readonly language: string;
  readonly isDefault: boolean;
}

/**
 * The texts that the player does not find by itself: all of a film that is played as it is, and of DASH, whose texts
 * Vidstack's provider reads in a way that dash.js 5 does not know any more. hls.js and Safari list their own.
 */
export function ownTexts(file: MediaFile, playback: Playback): OwnText[] {
  const { manifest_url: manifest } = playback;
  if (manifest.endsWith(".m3u8")) return [];
  const isDash = manifest.endsWith(".mpd");
  const texts = file.subtitles.flatMap((track) => {
    const rendition = playback.tracks
      .find(({ index }) => index === track.index)
      ?.renditions.find((id) => id.startsWith("w"));
    const src = isDash
      ? rendition && new URL(`${rendition}/1.vtt`, new URL(manifest, document.baseURI)).href
      : track.is_text && `/api/media/files/${file.id}/subtitles/${track.index}.vtt`;
    return src ? [{ src, track }] : [];
  });
  const defaultIndex = texts.find(({ track }) => track.is_default)?.track.index;
  return texts.map(({ src, track }, i) => ({
    src,
    label: labelOf(track, i),
    language: track.language ?? "und",
    isDefault: track.index === defaultIndex,
  }));
}

/** Subtitles of pictures, which a player shows only as part of the film's own. */
export interface BurntChoice {
  readonly index: number;
  readonly label: string;
}

export function burntChoices({ subtitles }: MediaFile): BurntChoice[] {
  const pictures = subtitles.filter((track) => track.is_burnable && !track.is_text);
  return pictures.map((track, i) => ({ index: track.index, label: labelOf(track, i) }));
}

function labelOf(
  { title, language, is_forced }: MediaFile["subtitles"][number],
  i: number,
): string {
  const name = title ?? languageName(language) ?? `Subtitles ${i + 1}`;
  return is_forced && !/forced/i.test(name) ? `${name} (forced)` : name;
}

function languageName(language: string | null): string | null {
  if (language === null || language === "und") return null;
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}
