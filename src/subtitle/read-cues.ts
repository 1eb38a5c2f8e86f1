import type { Cue } from "./cue.ts";

/** The lines of a text, whichever system wrote them. */
export function linesIn(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** Hours, minutes, seconds and a fraction's digits as milliseconds; of what is not there nothing. */
export function clockMs(hours = "", minutes = "", seconds = "", fraction = ""): number {
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return Math.round(whole * 1000 + Number(`0.${fraction || "0"}`) * 1000);
}

/** A text whose end nobody states goes when the next one comes, or after so long. */
export const longestOpenMs = 10_000;

/**
 * What is shown of them, in order of time. One whose end is Infinity lasts until the next one begins, if not too long; what begins
 * before the film is cut, what shows nothing or no time left out.
 */
export function inOrder(cues: readonly Cue[]): Cue[] {
  const sorted = cues
    .filter(({ markup, startMs, endMs }) => markup !== "" && endMs > Math.max(0, startMs))
    .map((cue) => (cue.startMs < 0 ? { ...cue, startMs: 0 } : cue))
    .toSorted((a, b) => a.startMs - b.startMs);
  // From behind, so that many that begin at one moment are looked at once.
  let next = Infinity;
  let later = Infinity;
  for (let i = sorted.length - 1; i >= 0; i--) {
    const cue = sorted[i];
    if (cue === undefined) continue;
    if (cue.startMs !== next) [next, later] = [cue.startMs, next];
    if (cue.endMs !== Infinity) continue;
    sorted[i] = { ...cue, endMs: Math.min(cue.startMs + longestOpenMs, later) };
  }
  return sorted;
}
