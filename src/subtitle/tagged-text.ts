import type { Cue } from "./cue.ts";
import { isOn, overrideTags, pointOf } from "./override-tags.ts";
import {
  alignmentOf,
  linesOf,
  oldAlignment,
  placeSettings,
  type Alignment,
  type Position,
} from "./placement.ts";
import { markupOf, plainLook, type Look, type StyledText } from "./styled-text.ts";

/** Of FFmpeg and VLC, where SubRip has places of SubStation Alpha in it. */
const [scriptWidth, scriptHeight] = [384, 288];

/** Bounded, so that text full of brackets is read in one go. */
const htmlTag =
  /<\s*(\/?)\s*(i|b|u|s|em|strong|font|span|br|c(?:\.[\w.]{1,99})?)(?:\s[^<>\n]{0,200}|\s*\/?)>/iy;
const overrideBlock = /\{\s*\\[^{}\n]{0,500}\}/y;

const opening = /[<{]/g;

const lookOfTag: Readonly<Record<string, keyof Look>> = {
  ...{ i: "italic", em: "italic", b: "bold", strong: "bold", u: "underline" },
};

/**
 * What a cue of SubRip shows, as a Cue's markup and settings: tags of HTML that players know, and SubStation
 * Alpha's for places and letters, open to the cue's end. All else is text, references among it. `words`: what text
 * between tags stands for in another notation.
 */
export function taggedText(
  text: string,
  words: (text: string) => string = (same) => same,
): Pick<Cue, "markup" | "settings"> {
  const parts: StyledText[] = [];
  const depths: Record<keyof Look, number> = { italic: 0, bold: 0, underline: 0 };
  let overridden: Look = plainLook;
  let alignment: Alignment | null = null;
  let position: Position | null = null;
  const add = (from: number, to: number): void => {
    const look = {
      italic: depths.italic > 0 || overridden.italic,
      bold: depths.bold > 0 || overridden.bold,
      underline: depths.underline > 0 || overridden.underline,
    };
    if (to > from) parts.push({ text: words(text.slice(from, to)), look });
  };
  let from = 0;
  for (let at = nextOpening(text, 0); at < text.length; at = nextOpening(text, at)) {
    const matched = tagAt(text, at);
    if (matched === null) {
      at++;
      continue;
    }
    add(from, at);
    if (text[at] === "<") {
      const name = matched[2]?.toLowerCase() ?? "";
      if (name === "br") parts.push({ text: "\n", look: plainLook });
      const look = lookOfTag[name];
      if (look !== undefined) {
        depths[look] = Math.max(0, depths[look] + (matched[1] === "/" ? -1 : 1));
      }
    } else {
      for (const [tag, value] of overrideTags(matched[0].slice(1, -1))) {
        if (tag === "an") alignment ??= alignmentOf(Number(value)) ?? 2;
        if (tag === "a") alignment ??= oldAlignment(Number(value)) ?? 2;
        if (tag === "pos") position ??= hundredths(pointOf(value));
        if (tag === "i") overridden = { ...overridden, italic: isOn(tag, value) ?? false };
        if (tag === "b") overridden = { ...overridden, bold: isOn(tag, value) ?? false };
        if (tag === "u") overridden = { ...overridden, underline: isOn(tag, value) ?? false };
        if (tag === "r") overridden = plainLook;
      }
    }
    from = at += matched[0].length;
  }
  add(from, text.length);
  const markup = markupOf(parts);
  return { markup, settings: placeSettings(alignment ?? 2, position, linesOf(markup)) };
}

/** Where a tag may begin; the text's length for nowhere. */
function nextOpening(text: string, from: number): number {
  opening.lastIndex = from;
  return opening.exec(text)?.index ?? text.length;
}

function tagAt(text: string, at: number): RegExpExecArray | null {
  const shape = text[at] === "<" ? htmlTag : text[at] === "{" ? overrideBlock : null;
  if (shape === null) return null;
  shape.lastIndex = at;
  return shape.exec(text);
}

function hundredths(point: Position | null): Position | null {
  return point && { x: (100 * point.x) / scriptWidth, y: (100 * point.y) / scriptHeight };
}
