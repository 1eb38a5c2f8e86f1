import { escapeCueText, withoutEmptyLines, type Cue } from "./cue.ts";

/** What of a script (Advanced SubStation Alpha, or SubStation Alpha 4) decides how its events look. */
export interface AssScript {
  /** Of the coordinates in it, pixels. */
  readonly width: number;
  readonly height: number;
  /** By name. */
  readonly styles: ReadonlyMap<string, AssStyle>;
}

interface AssStyle {
  readonly italic: boolean;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly alignment: Alignment;
}

/** As on the keypad of a telephone turned upside down: 1 to 3 at the bottom, 7 to 9 at the top. */
type Alignment = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** An event with its times apart, as Matroska has it. */
export interface AssEvent {
  readonly startMs: number;
  readonly endMs: number;
  /** `ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text` */
  readonly fields: string;
}

const usual: AssStyle = { italic: false, bold: false, underline: false, alignment: 2 };

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
    if (key === "format") fields = value.split(",").map((field) => field.trim().toLowerCase());
    if (key !== "style") continue;
    const values = value.split(",").map((field) => field.trim());
    const of = (field: string): string => values[fields.indexOf(field)] ?? "";
    styles.set(of("name").replace(/^\*/, ""), {
      italic: isSet(of("italic")),
      bold: isSet(of("bold")),
      underline: isSet(of("underline")),
      alignment: section.startsWith("v4+")
        ? alignmentOf(Number(of("alignment")))
        : oldAlignment(Number(of("alignment"))),
    });
  }
  return { width: size.playresx, height: size.playresy, styles };
}

/** -1 for yes, 0 for no; a weight of bold from 100 to 900. */
const isSet = (field: string): boolean => {
  const value = Number(field);
  return value === -1 || value === 1 || value >= 600;
};

function alignmentOf(value: number): Alignment {
  return alignments.find((alignment) => alignment === value) ?? 2;
}
const alignments = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** SubStation Alpha's: 1 to 3 at the bottom, and 4 more for the top, 8 more for the middle. */
function oldAlignment(value: number): Alignment {
  const column = value & 3;
  if (column === 0) return 2;
  return alignmentOf(column + (value & 4 ? 6 : value & 8 ? 3 : 0));
}

/** A whole script with its events in order of time, on a clock that begins so many milliseconds later. */
export function printAss(header: string, events: readonly AssEvent[], zeroMs: number): string {
  const head = header.trimEnd();
  const format = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text";
  const lines = events.flatMap(({ startMs, endMs, fields }) => {
    const [, layer = "0", ...rest] = oneLine(fields).split(",");
    if (rest.length < 7 || endMs <= zeroMs) return [];
    const times = [startMs, endMs].map((ms) => timestamp(Math.max(0, ms - zeroMs)));
    return [`Dialogue: ${[layer, ...times, ...rest].join(",")}`];
  });
  const sections = /^\[events\]/im.test(head) ? [head] : [head, "", "[Events]", format];
  return `${[...sections, ...lines].join("\n").trimStart()}\n`;
}

const oneLine = (fields: string): string => fields.replaceAll(/[\r\n]+/g, String.raw`\N`);

/** Of hundredths, which is all that the notation has. */
function timestamp(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const field = (value: number): string => String(value).padStart(2, "0");
  const [minutes, seconds] = [
    Math.floor(hundredths / 6000) % 60,
    Math.floor(hundredths / 100) % 60,
  ];
  return `${Math.floor(hundredths / 360_000)}:${field(minutes)}:${field(seconds)}.${field(hundredths % 100)}`;
}

/** A cue as an event of the usual style. */
export function assEvent({ startMs, endMs, markup }: Cue): AssEvent {
  const text = markup
    .replaceAll("{", String.raw`\{`)
    .replaceAll(/<(\/?)([ibu])>/g, (_, close: string, tag: string) => `{\\${tag}${close ? 0 : 1}}`)
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("\n", String.raw`\N`)
    .replaceAll("&nbsp;", String.raw`\h`)
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return { startMs, endMs, fields: `0,0,Default,,0,0,0,,${text}` };
}

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

interface Look {
  italic: boolean;
  bold: boolean;
  underline: boolean;
}

interface Shown {
  alignment: Alignment;
  position: { readonly x: number; readonly y: number } | null;
  /** Vector drawings are no text. */
  draws: boolean;
  look: Look;
}

/** What an event shows; nothing of one that draws, or is empty. */
export function assCue(script: AssScript, { startMs, endMs, fields }: AssEvent): Cue[] {
  const [, , style = "", , , , , , ...text] = fields.split(",");
  if (!(endMs > startMs) || text.length === 0) return [];
  const own = script.styles.get(style) ?? script.styles.get("Default") ?? usual;
  const shown: Shown = {
    ...{ alignment: own.alignment, position: null, draws: false },
    look: { italic: own.italic, bold: own.bold, underline: own.underline },
  };
  const parts: { readonly text: string; readonly look: Look }[] = [];
  // A brace that is never closed is text.
  for (const part of text.join(",").split(/((?<!\\)\{[^{}]*\})/)) {
    if (part.startsWith("{") && part.endsWith("}")) override(script, own, part.slice(1, -1), shown);
    else if (!shown.draws && part !== "")
      parts.push({ text: plain(part), look: { ...shown.look } });
  }
  const markup = withoutEmptyLines(tagged(parts)).trim();
  if (markup.replaceAll(/<[^>]*>/g, "") === "") return [];
  const lines = markup.split("\n").length;
  return [{ startMs, endMs, markup, settings: settingsOf(script, shown, lines) }];
}

/** `\N` breaks a line and `\h` is a space that does not; `\n` is a space where lines are wrapped. */
function plain(text: string): string {
  return text
    .replaceAll(/\\([Nnh{}\\])/g, (_, character: string) => escapes[character] ?? "")
    .replaceAll(/[\r\n]*\n/g, "\n");
}
const escapes: Readonly<Record<string, string>> = {
  ...{ N: "\n", n: " ", h: "\u{A0}", "{": "{", "}": "}", "\\": "\\" },
};

/** What braces hold, as far as WebVTT can say it. */
function override(script: AssScript, own: AssStyle, block: string, shown: Shown): void {
  for (const tag of block.matchAll(/\\(pos|an|a|i|b|u|r|p)(\([^)]*\)|[^\\(]*)/g)) {
    const value = (tag[2] ?? "").trim();
    // `\bord`, `\alpha` and others begin as these do.
    if (tag[1] !== "pos" && tag[1] !== "r" && !/^\d*$/.test(value)) continue;
    const number = Number(value);
    if (tag[1] === "i") shown.look.italic = value === "" ? own.italic : number !== 0;
    if (tag[1] === "u") shown.look.underline = value === "" ? own.underline : number !== 0;
    if (tag[1] === "b") shown.look.bold = value === "" ? own.bold : number === 1 || number >= 600;
    if (tag[1] === "an") shown.alignment = alignmentOf(number);
    if (tag[1] === "a") shown.alignment = oldAlignment(number);
    if (tag[1] === "p") shown.draws = number > 0;
    if (tag[1] === "r") {
      const { italic, bold, underline } = script.styles.get(value) ?? own;
      shown.look = { italic, bold, underline };
    }
    if (tag[1] === "pos") {
      const [x = NaN, y = NaN] = value.slice(1, -1).split(",").map(Number);
      if (Number.isFinite(x) && Number.isFinite(y)) shown.position ??= { x, y };
    }
  }
}

const tags: readonly (readonly [keyof Look, string])[] = [
  ["italic", "i"],
  ["bold", "b"],
  ["underline", "u"],
];

/** Neighbours of one look share their tags. */
function tagged(parts: readonly { readonly text: string; readonly look: Look }[]): string {
  let markup = "";
  let open: readonly string[] = [];
  for (const { text, look } of parts) {
    const wanted = tags.flatMap(([name, tag]) => (look[name] ? [tag] : []));
    if (wanted.join() !== open.join()) {
      markup += open
        .toReversed()
        .map((tag) => `</${tag}>`)
        .join("");
      markup += wanted.map((tag) => `<${tag}>`).join("");
      open = wanted;
    }
    markup += escapeCueText(text);
  }
  return (
    markup +
    open
      .toReversed()
      .map((tag) => `</${tag}>`)
      .join("")
  );
}

/** A line of text is about so much of the picture's height where players show it. */
const linePercent = 6;

function settingsOf(script: AssScript, { alignment, position }: Shown, lines: number): string {
  const row = Math.floor((alignment - 1) / 3);
  const column = (alignment - 1) % 3;
  const align = ["align:left", "", "align:right"][column] ?? "";
  if (position !== null) {
    // WebVTT's place is that of the upper edge.
    const above = [1, 0.5, 0][row] ?? 0;
    const top = (100 * position.y) / script.height - above * lines * linePercent;
    const across = (100 * position.x) / script.width;
    return [`line:${percent(top)}`, `position:${percent(across)}`, align].filter(Boolean).join(" ");
  }
  const line = ["", `line:${percent(50 - (lines * linePercent) / 2)}`, "line:0"][row] ?? "";
  const side = ["position:5%", "", "position:95%"][column] ?? "";
  return [line, side, align].filter(Boolean).join(" ");
}

function percent(value: number): string {
  return `${Math.round(Math.min(95, Math.max(0, value)))}%`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The script of text that says nothing of its looks: FFmpeg's (libavcodec/ass.c), which has all other notations so. */
export const usualAssHeader = `[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;
