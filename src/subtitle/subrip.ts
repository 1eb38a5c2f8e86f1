import { printClock } from "./clock.ts";
import type { Cue } from "./cue.ts";

/** A SubRip file: its tags are WebVTT's, its places are `{\an8}`. */
export function subRip(cues: readonly Cue[]): string {
  return cues
    .map(({ startMs, endMs, markup, settings }, i) => {
      const times = `${printClock(startMs, ",")} --> ${printClock(endMs, ",")}`;
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
