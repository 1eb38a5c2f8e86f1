import { printClock } from "./clock.ts";
import type { Cue } from "./cue.ts";
import { markupParts } from "./plain-text.ts";
import { placeTag } from "./placement.ts";

/** A SubRip file: its tags are WebVTT's, its places are `{\an8}`. */
export function subRip(cues: readonly Cue[]): string {
  return cues
    .map((cue) => ({ ...cue, text: plainTags(cue.markup) }))
    .filter(({ text }) => text !== "")
    .map(({ startMs, endMs, text, settings }, i) => {
      const times = `${printClock(startMs, ",")} --> ${printClock(endMs, ",")}`;
      return `${i + 1}\n${times}\n${placeTag(settings)}${text}\n`;
    })
    .join("\n");
}

/** Players of SubRip know i, b and u, and read no references. */
function plainTags(markup: string): string {
  const parts = markupParts(markup).map(({ tag, text }) =>
    tag === null ? asText(text) : `<${tag.isEnd ? "/" : ""}${tag.name}>`,
  );
  // A space that was a reference is none to players.
  const lines = parts.join("").split("\n");
  return lines.filter((line) => line.trim() !== "").join("\n");
}

/** There is no way to write a bracket that begins no tag, nor an arrow between times: something unseen parts them. */
function asText(text: string): string {
  return text
    .replaceAll(/<(?=[\s/]*[a-z])/gi, "<\u{2060}")
    .replaceAll(/\{(?=\s*\\)/g, "{\u{2060}")
    .replaceAll(/-(?=>[ \t]*-?[ \t]*\d)/g, "-\u{2060}");
}
