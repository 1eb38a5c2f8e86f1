/** As on the keypad of a telephone turned upside down: 1 to 3 at the bottom, 7 to 9 at the top. */
export type Alignment = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const alignments = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Null for what is none. */
export function alignmentOf(value: number): Alignment | null {
  return alignments.find((alignment) => alignment === value) ?? null;
}

/** SubStation Alpha's: 1 to 3 at the bottom, and 4 more for the top, 8 more for the middle. */
export function oldAlignment(value: number): Alignment | null {
  const column = value & 3;
  return column === 0 ? null : alignmentOf(column + (value & 4 ? 6 : value & 8 ? 3 : 0));
}

/** Where the alignment's point of the text stands, in hundredths of the picture. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** A line of text is about so much of the picture's height where players show it. */
const linePercent = 6;

/** WebVTT's settings for a text of so many lines; null: no place of its own. */
export function placeSettings(
  alignment: Alignment,
  position: Position | null,
  lines: number,
): string {
  const row = Math.floor((alignment - 1) / 3);
  const column = (alignment - 1) % 3;
  const align = ["align:left", "", "align:right"][column] ?? "";
  if (position !== null) {
    // WebVTT's place is that of the upper edge.
    const above = [1, 0.5, 0][row] ?? 0;
    const top = position.y - above * lines * linePercent;
    const place = [`line:${percent(top)}`, `position:${percent(position.x)}`, align];
    return place.filter(Boolean).join(" ");
  }
  const line = ["", `line:${percent(50 - (lines * linePercent) / 2)}`, "line:0"][row] ?? "";
  const side = ["position:5%", "", "position:95%"][column] ?? "";
  return [line, side, align].filter(Boolean).join(" ");
}

function percent(value: number): string {
  return `${Math.round(Math.min(95, Math.max(0, value)))}%`;
}

/** How many lines a cue's markup has. */
export function linesOf(markup: string): number {
  return markup.split("\n").length;
}

/** The same as SubStation Alpha and SubRip say it, as near as nine places allow: `{\an8}`; empty for the usual one. */
export function placeTag(settings: string): string {
  if (settings === "") return "";
  const line = /(?:^| )line:(\d+)(%?)/.exec(settings);
  const share =
    line === null ? 100 : line[2] === "%" ? Number(line[1]) : Number(line[1]) * linePercent;
  const row = share < 34 ? 6 : share < 67 ? 3 : 0;
  const align = /(?:^| )align:(left|start|right|end)/.exec(settings)?.[1] ?? "";
  const column = /left|start/.test(align) ? 1 : /right|end/.test(align) ? 3 : 2;
  return row + column === 2 ? "" : String.raw`{\an${row + column}}`;
}
