import { languageName } from "../media/language.ts";
import { defaultSound } from "../media/default-sound.ts";
import type { AudioTrack } from "../media/source.ts";
import type { AudioTrackRendition, SoundRole } from "./rendition.ts";

/** What manifests and menus tell of a sound, however it is made. */
export type ShownAudio = Omit<AudioTrackRendition, "method" | "kind" | "track">;

/** The sounds of a film in their order, each with what is shown of it. */
export function shownAudio(
  tracks: readonly AudioTrack[],
): { readonly track: AudioTrack; readonly shown: ShownAudio }[] {
  const defaultIndex = defaultSound(tracks)?.index;
  const labels = new Set<string>();
  return tracks.map((track, i) => {
    const isDefault = track.index === defaultIndex;
    const shown = {
      id: `a${i + 1}`,
      language: track.language,
      label: uniqueLabel(track.title ?? untitled(track, i + 1), labels),
      isDefault,
      role: soundRole(track, isDefault),
    } as const;
    return { track, shown };
  });
}

function untitled({ language, isDescription }: AudioTrack, place: number): string {
  const name = languageName(language) ?? `Audio ${place}`;
  return isDescription ? `${name} (audio description)` : name;
}

/** What is spoken over the film stays that when it is the default: players offer it to those who need it. */
function soundRole(track: AudioTrack, isDefault: boolean): SoundRole {
  if (track.isDescription) return "description";
  if (track.isCommentary) return "commentary";
  return isDefault ? "main" : "alternate";
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
