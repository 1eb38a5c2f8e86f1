/** Text that is shown from one moment to another. */
export interface Cue {
  /** Whole milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** A WebVTT cue's text: escaped, with tags for italics, bold and underline; no line of it is empty. */
  readonly markup: string;
  /** WebVTT's settings, where the text stands: `line:0 position:50%`; empty for the usual place. */
  readonly settings: string;
}

/** A cue of plain text, times in seconds; lines are lines, and nothing in it is markup. */
export function plainCue(startSeconds: number, endSeconds: number, text: string): Cue {
  return {
    startMs: toMs(startSeconds),
    endMs: toMs(endSeconds),
    markup: withoutEmptyLines(escapeCueText(text)),
    settings: "",
  };
}

const toMs = (seconds: number): number => Math.max(0, Math.round(seconds * 1000));

/** Text as WebVTT has it (4.2.2): neither tags nor references that nobody meant. */
export function escapeCueText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\0", "\u{FFFD}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** An empty line would end the cue. A line of tags and spaces alone is as empty to who reads it. */
export function withoutEmptyLines(markup: string): string {
  if (!/[\r\n<]/.test(markup)) return markup.trim() === "" ? "" : markup;
  const lines: string[] = [];
  // Tags of lines that go stay: they may hold what comes on other lines.
  let kept = "";
  for (const line of markup.split(/\r\n|\r|\n/)) {
    if (line.replaceAll(/<[^>]*>/g, "").trim() === "") {
      kept += line.trim();
    } else {
      lines.push(kept + line);
      kept = "";
    }
  }
  if (lines.length === 0) return "";
  return lines.join("\n") + kept;
}

/** Cues on a clock that begins so many milliseconds later; what ends before that is left out. */
export function onClockFrom(cues: readonly Cue[], zeroMs: number): Cue[] {
  return cues.flatMap((cue) => {
    const endMs = Math.round(cue.endMs - zeroMs);
    const startMs = Math.max(0, Math.round(cue.startMs - zeroMs));
    return endMs > startMs ? [{ ...cue, startMs, endMs }] : [];
  });
}

/** Those of which something is shown in a span; the whole cue in every span that it reaches into. */
export function cuesWithin(cues: readonly Cue[], startMs: number, endMs: number): Cue[] {
  return cues.filter((cue) => cue.startMs < endMs && cue.endMs > startMs);
}
