/** Text that is shown from one moment to another. */
export interface Cue {
  /** Seconds from the beginning. */
  readonly start: number;
  readonly end: number;
  /** Plain text; lines are lines. */
  readonly text: string;
}

/** A WebVTT file (https://www.w3.org/TR/webvtt1/) of plain cues, which no text can break out of. */
export function webVtt(cues: readonly Cue[]): string {
  const blocks = cues.map(
    ({ start, end, text }) => `${timestamp(start)} --> ${timestamp(end)}\n${escaped(text)}\n`,
  );
  return ["WEBVTT\n", ...blocks].join("\n");
}

/** 4.2: a cue's text ends at an empty line, and has neither `-->` nor tags that nobody meant. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\0", "\u{FFFD}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "")
    .join("\n");
}

/** Hours are written as many as there are. */
function timestamp(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const field = (value: number, digits: number): string => String(value).padStart(digits, "0");
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const rest = field(Math.floor(ms / 1000) % 60, 2);
  return `${field(hours, 2)}:${field(minutes, 2)}:${rest}.${field(ms % 1000, 3)}`;
}
