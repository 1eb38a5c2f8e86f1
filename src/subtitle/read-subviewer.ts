import type { Cue } from "./cue.ts";
import { clockMs, inOrder, linesIn } from "./read-cues.ts";
import { taggedText } from "./tagged-text.ts";

const clock = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,9}))?`;
const timesLine = new RegExp(String.raw`^\s{0,99}${clock}\s{0,9},\s{0,9}${clock}\s{0,99}$`);

/** The cues of a file of SubViewer 2, or of YouTube's SBV: times with a comma between them, text below. */
export function readSubViewer(text: string): Cue[] {
  const lines = linesIn(text);
  const cues: Cue[] = [];
  for (let i = 0; i < lines.length; i++) {
    const times = timesLine.exec(lines[i] ?? "");
    if (times === null) continue;
    const body: string[] = [];
    while (
      i + 1 < lines.length &&
      lines[i + 1]?.trim() !== "" &&
      !timesLine.test(lines[i + 1] ?? "")
    ) {
      body.push(lines[++i] ?? "");
    }
    cues.push({
      startMs: clockMs(...times.slice(1, 5)),
      endMs: clockMs(...times.slice(5, 9)),
      ...taggedText(body.join("\n").replaceAll(/\[br\]/gi, "\n")),
    });
  }
  return inOrder(cues);
}
