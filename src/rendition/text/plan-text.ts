import { isTextCodec } from "../../media/decoded-codecs.ts";
import { languageName } from "../../media/language.ts";
import type { SubtitleTrack } from "../../media/source.ts";
import { uniqueLabel } from "../track-label.ts";
import type { TextRendition } from "./text-rendition.ts";

/** A film's subtitles that are text, in the film's order, each for both manifests. */
export function planTexts(tracks: readonly SubtitleTrack[]): TextRendition[] {
  const texts = tracks.filter(({ codec }) => isTextCodec(codec));
  const defaultIndex = texts.find((track) => track.isDefault)?.index;
  const labels = new Set<string>();
  return texts.flatMap((track, i) => {
    const wanted = track.title ?? languageName(track.language) ?? `Subtitles ${i + 1}`;
    const shared = {
      kind: "text",
      method: "text",
      track: track.index,
      language: track.language,
      label: uniqueLabel(withTraits(wanted, track), labels),
      isDefault: track.index === defaultIndex,
      isForced: track.isForced,
      role: track.isForHearingImpaired ? "caption" : track.isCommentary ? "commentary" : "subtitle",
      recipe: {
        ...({ kind: "text", revision: 1, codec: track.codec } as const),
        ...(track.side && { sideSha256: track.side.sha256 }),
      },
    } as const;
    return [
      { id: `w${i + 1}`, manifest: "dash", ...shared },
      { id: `t${i + 1}`, manifest: "hls", ...shared },
    ] as const;
  });
}

/** A menu must tell the forced ones, and those for who does not hear, from the others of their language. */
function withTraits(label: string, track: SubtitleTrack): string {
  const traits = [
    ...(track.isForced && !/forced/i.test(label) ? ["forced"] : []),
    ...(track.isForHearingImpaired && !/\b(sdh|cc|hi)\b|hearing|deaf/i.test(label) ? ["SDH"] : []),
  ];
  return traits.length === 0 ? label : `${label} (${traits.join(", ")})`;
}
