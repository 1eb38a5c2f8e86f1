import type { Cue } from "./cue.ts";
import { clockMs, inOrder, linesIn } from "./read-cues.ts";
import { taggedText } from "./tagged-text.ts";

const gap = String.raw`[ \t]{0,9}`;
/** Hours may be missing; less than minutes and seconds is no time. */
const clock = String.raw`(-?)${gap}(?:(\d{1,4})${gap}:${gap})?(\d{1,4})${gap}:${gap}(\d{1,4})(?:${gap}[,.:;]${gap}(\d{1,9}))?`;
const timesLine = new RegExp(
  String.raw`^[ \t\u{A0}\u{FEFF}]{0,99}${clock}[ \t]{0,99}-{1,3}>[ \t]{0,99}${clock}(?!\d)`,
  "u",
);

/**
 * The cues of a SubRip file in order of time, as players read it: its times alone tell where a cue begins, whatever
 * is wrong with numbers and empty lines. Coordinates behind them are passed over.
 */
export function readSubRip(text: string): Cue[] {
  const lines = linesIn(text);
  const found: { readonly line: number; readonly times: RegExpExecArray }[] = [];
  for (const [line, content] of lines.entries()) {
    const times = content.includes("->") ? timesLine.exec(content) : null;
    if (times !== null) found.push({ line, times });
  }
  const first = found[0]?.line ?? 0;
  // A file without numbers may have a cue that is one.
  const isNumbered = isNumber(lines.slice(0, first).findLast((line) => line.trim() !== ""));
  const cues = found.map(({ line, times }, i): Cue => {
    const end = found[i + 1]?.line ?? lines.length;
    const body = lines.slice(
      line + 1,
      i + 1 < found.length && isNumbered ? withoutNumber(lines, line, end) : end,
    );
    const [startMs, endMs] = [timeOf(times.slice(1, 6)), timeOf(times.slice(6, 11))];
    // Times that were mistyped are no reason to lose the words.
    return {
      startMs,
      endMs: endMs > startMs ? endMs : Infinity,
      ...taggedText(body.join("\n")),
    };
  });
  return inOrder(cues);
}

/** Where a cue's text ends, whose next one's times stand at `end`. */
function withoutNumber(lines: readonly string[], start: number, end: number): number {
  let at = end;
  // Some files have an empty line between any two.
  while (at - 1 > start && (lines[at - 1] ?? "").trim() === "") at--;
  return at - 1 > start && isNumber(lines[at - 1]) ? at - 1 : end;
}

const isNumber = (line = ""): boolean => /^[\s\u{FEFF}]{0,99}\d{1,9}[.:]?\s{0,99}$/u.test(line);

function timeOf([sign, hours, minutes, seconds, fraction]: readonly (
  string | undefined
)[]): number {
  return (sign === "-" ? -1 : 1) * clockMs(hours, minutes, seconds, fraction);
}
