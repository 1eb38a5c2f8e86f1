import type { Cue } from "./cue.ts";

/** A SubRip file: its tags are WebVTT's, its places are `{\an8}`. */
export function subRip(cues: readonly Cue[]): string {
  return cues
    .map(({ startMs, endMs, markup, settings }, i) => {
      const times = `${timestamp(startMs)} --> ${timestamp(endMs)}`;
      return `${i + 1}\n${times}\n${placeOf(settings)}${plainTags(markup)}\n`;
    })
    .join("\n");
}

/** Players of SubRip know i, b and u, and read no references. */
function plainTags(markup: string): string {
  return markup
    .replaceAll(/<(?!\/?[ibu]>)[^>]*>/g, "")
    .replaceAll("&nbsp;", "\u{A0}")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function placeOf(settings: string): string {
  const line = /(?:^| )line:(\d+)(%?)/.exec(settings);
  const share = line === null ? 100 : line[2] === "%" ? Number(line[1]) : Number(line[1]) * 6;
  const row = share < 34 ? 6 : share < 67 ? 3 : 0;
  const align = /(?:^| )align:(left|start|right|end)/.exec(settings)?.[1] ?? "";
  const column = /left|start/.test(align) ? 1 : /right|end/.test(align) ? 3 : 2;
  return row + column === 2 ? "" : String.raw`{\an${row + column}}`;
}

function timestamp(ms: number): string {
  const field = (value: number, digits: number): string => String(value).padStart(digits, "0");
  const minutes = field(Math.floor(ms / 60_000) % 60, 2);
  const seconds = field(Math.floor(ms / 1000) % 60, 2);
  return `${field(Math.floor(ms / 3_600_000), 2)}:${minutes}:${seconds},${field(ms % 1000, 3)}`;
}
