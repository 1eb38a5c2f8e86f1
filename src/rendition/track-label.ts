import { languageName } from "../media/language.ts";
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
      label: uniqueLabel(track.title ?? languageName(track.language) ?? `Audio ${i + 1}`, labels),
      isDefault,
      role: track.isCommentary ? "commentary" : isDefault ? "main" : "alternate",
    } as const;
    return { track, shown };
  });
}

/** Menus and HLS NAME attributes need distinct labels without quotes or line breaks (RFC 8216 4.2). */
export function uniqueLabel(wanted: string, taken: Set<string>): string {
  const clean =
    wanted
      .replaceAll(/["\p{Cc}]+/gu, " ")
      .trim()
      .slice(0, 80) || "Track";
  let label = clean;
  for (let i = 2; taken.has(label); i++) label = `${clean} (${i})`;
  taken.add(label);
  return label;
}
