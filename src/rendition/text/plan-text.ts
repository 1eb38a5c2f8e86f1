import { isText } from "../../media/decoded-codecs.ts";
import { languageName } from "../../media/language.ts";
import { toNumber } from "../../media/rational.ts";
import type { Source, SubtitleTrack, VideoTrack } from "../../media/source.ts";
import { uniqueLabel } from "../track-label.ts";
import type { TextRendition } from "./text-rendition.ts";

/** What of a source its texts are planned by. */
export interface TextSource extends Pick<Source, "subtitles"> {
  readonly video: Pick<VideoTrack, "frameRate" | "isVariableFrameRate"> | null;
}

/**
 * A film's subtitles that are text, in the film's order, each for both manifests. `burntTrack`: index of those that are
 * part of the pictures already.
 */
export function planTexts({ subtitles, video }: TextSource, burntTrack?: number): TextRendition[] {
  const texts = subtitles.filter((track) => isText(track) && track.index !== burntTrack);
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
        ...({ kind: "text", revision: 2, codec: track.codec } as const),
        ...(track.side && { sideSha256: track.side.sha256 }),
        ...(track.part && { part: track.part }),
        ...(track.codec === "microdvd" && countedBy(video)),
      },
    } as const;
    return [
      { id: `w${i + 1}`, manifest: "dash", ...shared },
      { id: `t${i + 1}`, manifest: "hls", ...shared },
    ] as const;
  });
}

/** The pictures that a text counts by: nothing where they have no one rate. */
export function countedBy(video: TextSource["video"]): { readonly framesPerSecond?: number } {
  const { frameRate = null, isVariableFrameRate = false } = video ?? {};
  return frameRate === null || isVariableFrameRate ? {} : { framesPerSecond: toNumber(frameRate) };
}

/** A menu must tell the forced ones, and those for who does not hear, from the others of their language. */
function withTraits(label: string, track: SubtitleTrack): string {
  const traits = [
    ...(track.isForced && !/forced/i.test(label) ? ["forced"] : []),
    ...(track.isForHearingImpaired && !/\b(sdh|cc\d?|hi)\b|hearing|deaf/i.test(label)
      ? ["SDH"]
      : []),
  ];
  return traits.length === 0 ? label : `${label} (${traits.join(", ")})`;
}
