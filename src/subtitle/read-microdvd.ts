import type { Cue } from "./cue.ts";
import { alignmentOf, linesOf, placeSettings } from "./placement.ts";
import { inOrder, linesIn } from "./read-cues.ts";
import { markupOf, plainLook, type Look, type StyledText } from "./styled-text.ts";

const framesLine = /^\s{0,9}\{(\d{1,9})\}\{(\d{0,9})\}(.*)$/u;
const tenthsLine = /^\s{0,9}\[(\d{1,9})\]\[(\d{0,9})\](.*)$/u;

/** What films had when nobody said otherwise. */
const usualRate = 24_000 / 1001;

/** The cues of a MicroDVD file; a first line may say the rate, else the film's is meant (null: the usual one). */
export function readMicroDvd(text: string, framesPerSecond: number | null): Cue[] {
  const events = eventsOf(text, framesLine);
  const told = rateIn(events[0]);
  const rate =
    told ?? (framesPerSecond !== null && framesPerSecond > 0 ? framesPerSecond : usualRate);
  return cuesOf(told === null ? events : events.slice(1), 1000 / rate);
}

/** The cues of an MPL2 file: MicroDVD's notation with tenths of seconds. */
export function readMpl2(text: string): Cue[] {
  return cuesOf(eventsOf(text, tenthsLine), 100);
}

interface Event {
  readonly start: number;
  /** Infinity where it is left open. */
  readonly end: number;
  readonly text: string;
}

function eventsOf(text: string, shape: RegExp): Event[] {
  return linesIn(text).flatMap((line) => {
    const [, start = "", end = "", said = ""] = shape.exec(line) ?? [];
    return start === ""
      ? []
      : [{ start: Number(start), end: end === "" ? Infinity : Number(end), text: said }];
  });
}

/** `{1}{1}23.976` */
function rateIn(event: Event | undefined): number | null {
  if (event === undefined || event.start > 1 || event.end > 1) return null;
  const rate = Number(
    event.text
      .trim()
      .replace(",", ".")
      .replace(/\s*fps$/i, ""),
  );
  return rate > 1 && rate < 1000 ? rate : null;
}

function cuesOf(events: readonly Event[], unitMs: number): Cue[] {
  return inOrder(
    events.map(({ start, end, text }) => ({
      ...{ startMs: Math.round(start * unitMs), endMs: Math.round(end * unitMs) },
      ...codedText(text),
    })),
  );
}

const code = /\{\s*([a-zA-Z])\s*:([^{}]{0,200})\}/y;

/** Lines stand apart with `|`; codes in small letters are for their line, in capitals for all. `/` is for italics. */
function codedText(text: string): Pick<Cue, "markup" | "settings"> {
  const parts: StyledText[] = [];
  let common: Look = plainLook;
  let isTop = false;
  for (const line of text.split("|")) {
    let look = common;
    let at = 0;
    for (code.lastIndex = 0; ; code.lastIndex = at) {
      const found = code.exec(line);
      if (found === null) break;
      at += found[0].length;
      const [, letter = "", value = ""] = found;
      if (letter === "y") look = lookOf(value, look);
      if (letter === "Y") look = common = lookOf(value, common);
      // `{P:0}` stands at the top, `{P:1}` at the bottom.
      if (letter === "P") isTop = value.trim() === "0";
    }
    const isSlanted = line[at] === "/";
    parts.push({
      text: line.slice(isSlanted ? at + 1 : at),
      look: isSlanted ? { ...look, italic: true } : look,
    });
    parts.push({ text: "\n", look: plainLook });
  }
  const markup = markupOf(parts);
  return {
    markup,
    settings: placeSettings(alignmentOf(isTop ? 8 : 2) ?? 2, null, linesOf(markup)),
  };
}

/** `i`, `b`, `u` and `s`, as many as are wanted. */
function lookOf(letters: string, before: Look): Look {
  const has = (letter: string): boolean => letters.toLowerCase().includes(letter);
  return {
    italic: before.italic || has("i"),
    bold: before.bold || has("b"),
    underline: before.underline || has("u"),
  };
}
