import type { Cue } from "./cue.ts";
import { isOn, overrideTags, pointOf } from "./override-tags.ts";
import { alignmentOf, linesOf, oldAlignment, placeSettings, type Alignment } from "./placement.ts";
import { markupOf, plainLook, type Look, type StyledText } from "./styled-text.ts";

/** What of a script (Advanced SubStation Alpha, or SubStation Alpha 4) decides how its events look. */
export interface AssScript {
  /** Of the coordinates in it, pixels. */
  readonly width: number;
  readonly height: number;
  /** By name. */
  readonly styles: ReadonlyMap<string, AssStyle>;
}

interface AssStyle {
  readonly look: Look;
  readonly alignment: Alignment;
}

/** An event with its times apart, as Matroska has it. */
export interface AssEvent {
  readonly startMs: number;
  readonly endMs: number;
  /** `ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text` */
  readonly fields: string;
}

const usual: AssStyle = { look: plainLook, alignment: 2 };

/** Reads the part of a script that stands before its events. Whatever is not there has its usual value. */
export function readAssHeader(header: string): AssScript {
  const size = { playresx: 384, playresy: 288 };
  const styles = new Map<string, AssStyle>();
  let section = "";
  let fields: readonly string[] = [];
  for (const line of header.split(/\r\n|\r|\n/)) {
    const head = /^\s*\[(.*)\]/.exec(line)?.[1];
    if (head !== undefined) section = head.toLowerCase();
    const [name, value] = splitOnce(line, ":");
    const key = name.trim().toLowerCase();
    if (key === "playresx" || key === "playresy") size[key] = Number(value) || size[key];
    if (!section.startsWith("v4")) continue;
    if (head !== undefined) fields = usualFields[section.startsWith("v4+") ? "v4+" : "v4"];
    if (key === "format") fields = value.split(",").map((field) => field.trim().toLowerCase());
    if (key !== "style") continue;
    const values = value.split(",").map((field) => field.trim());
    const of = (field: string): string => values[fields.indexOf(field)] ?? "";
    styles.set(of("name").replace(/^\*/, ""), {
      look: {
        italic: isSet(of("italic")),
        bold: isSet(of("bold")),
        underline: isSet(of("underline")),
      },
      alignment:
        (section.startsWith("v4+") ? alignmentOf : oldAlignment)(Number(of("alignment"))) ?? 2,
    });
  }
  return { width: size.playresx, height: size.playresy, styles };
}

/** The orders that styles have where no line says them. */
const usualFields = {
  "v4+": (
    "name fontname fontsize primarycolour secondarycolour outlinecolour backcolour bold italic underline " +
    "strikeout scalex scaley spacing angle borderstyle outline shadow alignment"
  ).split(" "),
  v4: (
    "name fontname fontsize primarycolour secondarycolour tertiarycolour backcolour bold italic borderstyle " +
    "outline shadow alignment"
  ).split(" "),
};

/** -1 for yes, 0 for no; a weight of bold from 100 to 900. */
const isSet = (field: string): boolean => {
  const value = Number(field);
  return value === -1 || value === 1 || value >= 600;
};

/** Cues in order of time, lines of one moment as the script has them; what is shown twice at once, once. */
export function mergedCues(unordered: readonly Cue[]): Cue[] {
  const cues = unordered.toSorted((a, b) => a.startMs - b.startMs);
  const kept: Cue[] = [];
  const places = new Map<string, number>();
  for (const cue of cues) {
    const key = `${cue.settings}\n${cue.markup}`;
    const place = places.get(key) ?? kept.length;
    const before = kept[place];
    // Signs that move are written as an event a frame: where only what is lost changes, they are one.
    if (before !== undefined && cue.startMs <= before.endMs) {
      kept[place] = { ...before, endMs: Math.max(before.endMs, cue.endMs) };
    } else {
      places.set(key, kept.length);
      kept.push(cue);
    }
  }
  return kept;
}

interface Shown {
  alignment: Alignment | null;
  /** Of the script's coordinates. */
  position: { readonly x: number; readonly y: number } | null;
  /** Vector drawings are no text. */
  draws: boolean;
  look: Look;
}

/** What an event shows; nothing of one that draws, or is empty. */
export function assCue(script: AssScript, { startMs, endMs, fields }: AssEvent): Cue[] {
  const [style, text] = styleAndText(fields);
  if (!(endMs > startMs) || text === "") return [];
  const own = script.styles.get(style) ?? script.styles.get("Default") ?? usual;
  const shown: Shown = { alignment: null, position: null, draws: false, look: own.look };
  const parts: StyledText[] = [];
  for (const { isBlock, part } of blocksOf(text)) {
    if (isBlock) override(script, own, part, shown);
    else if (!shown.draws) parts.push({ text: plain(part), look: shown.look });
  }
  const markup = markupOf(parts);
  if (markup === "") return [];
  const { position } = shown;
  const settings = placeSettings(
    shown.alignment ?? own.alignment,
    position && { x: (100 * position.x) / script.width, y: (100 * position.y) / script.height },
    linesOf(markup),
  );
  return [{ startMs, endMs, markup, settings }];
}

/** Of the nine fields of an event the third and the last, which may have commas in it. */
function styleAndText(fields: string): [style: string, text: string] {
  let at = -1;
  let style = "";
  for (let field = 0; field < 8; field++) {
    const next = fields.indexOf(",", at + 1);
    if (next < 0) return ["", ""];
    if (field === 2)
      style = fields
        .slice(at + 1, next)
        .trim()
        .replace(/^\*/, "");
    at = next;
  }
  return [style, fields.slice(at + 1)];
}

/** Text and blocks of overrides in turn. A brace that is never closed, or has a backslash before it, is text. */
function blocksOf(text: string): { readonly isBlock: boolean; readonly part: string }[] {
  const blocks: { isBlock: boolean; part: string }[] = [];
  let from = 0;
  for (let open = text.indexOf("{"); open >= 0; open = text.indexOf("{", open)) {
    if (text[open - 1] === "\\") {
      open++;
      continue;
    }
    const close = text.indexOf("}", open);
    if (close < 0) break;
    blocks.push({ isBlock: false, part: text.slice(from, open) });
    blocks.push({ isBlock: true, part: text.slice(open + 1, close) });
    from = open = close + 1;
  }
  blocks.push({ isBlock: false, part: text.slice(from) });
  return blocks;
}

/** `\N` breaks a line and `\h` is a space that does not; `\n` is a space where lines are wrapped. */
function plain(text: string): string {
  return text
    .replaceAll(/\\([Nnh{}\\])/g, (_, character: string) => escapes[character] ?? "")
    .replaceAll(/[\r\n]+/g, "\n");
}
const escapes: Readonly<Record<string, string>> = {
  ...{ N: "\n", n: " ", h: "\u{A0}", "{": "{", "}": "}", "\\": "\\" },
};

/** What braces hold, as far as WebVTT can say it. Of two places the first counts (libass, ass_parse.c). */
function override(script: AssScript, own: AssStyle, block: string, shown: Shown): void {
  for (const [tag, value] of overrideTags(block)) {
    if (tag === "i") shown.look = { ...shown.look, italic: isOn(tag, value) ?? own.look.italic };
    if (tag === "b") shown.look = { ...shown.look, bold: isOn(tag, value) ?? own.look.bold };
    if (tag === "u") {
      shown.look = { ...shown.look, underline: isOn(tag, value) ?? own.look.underline };
    }
    if (tag === "an") shown.alignment ??= alignmentOf(Number(value)) ?? own.alignment;
    if (tag === "a") shown.alignment ??= oldAlignment(Number(value)) ?? own.alignment;
    if (tag === "p") shown.draws = Number(value) > 0;
    if (tag === "r") shown.look = (script.styles.get(value) ?? own).look;
    if (tag === "pos") shown.position ??= pointOf(value);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
