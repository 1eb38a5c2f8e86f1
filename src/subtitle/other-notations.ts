import { parseXml, type XmlElement } from "../media/xml-element.ts";
import { readClock } from "./clock.ts";
import { escapeCueText, withoutEmptyLines, type Cue } from "./cue.ts";

/** The cues of notations that FFmpeg does not read; null for those that it reads by itself. Never throws. */
export function readOther(text: string, codec: string): Cue[] | null {
  if (codec === "sbv") return readSbv(text);
  return codec === "ttml" ? readTtml(text) : null;
}

const sbvTimes = /^(\d{1,3}:\d\d:\d\d\.\d{1,3}),(\d{1,3}:\d\d:\d\d\.\d{1,3})\s*$/;

/** YouTube's: a line of two times, then lines of text up to an empty one. */
function readSbv(text: string): Cue[] {
  const cues: Cue[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let i = 0; i < lines.length; i++) {
    const times = sbvTimes.exec(lines[i] ?? "");
    if (times === null) continue;
    const said: string[] = [];
    while (i + 1 < lines.length && lines[i + 1] !== "") said.push(lines[++i] ?? "");
    const markup = withoutEmptyLines(escapeCueText(said.join("\n")));
    cues.push({ startMs: readClock(times[1]), endMs: readClock(times[2]), markup, settings: "" });
  }
  return cues.filter(isShown);
}

const isShown = ({ startMs, endMs, markup }: Cue): boolean => endMs > startMs && markup !== "";

/** How a document counts (TTML 2, 12.3). */
interface Clock {
  readonly framesPerSecond: number;
  readonly ticksPerSecond: number;
}

interface Span {
  readonly beginMs: number;
  readonly endMs: number;
}

/** Timed text of the W3C, EBU and SMPTE: paragraphs with their times, those of what they stand in among them. */
function readTtml(text: string): Cue[] {
  const root = parseXml(text, { withoutPrefixes: true, withSpaces: true });
  if (root?.name !== "tt") return [];
  const cues: Cue[] = [];
  const clock = clockOf(root.attributes);
  const walk = (element: XmlElement, outer: Span, depth: number): void => {
    if (depth > deepest) return;
    const span = spanOf(element.attributes, outer, clock);
    if (element.name === "p") {
      const markup = withoutEmptyLines(markupOf(element)).trim();
      cues.push({ startMs: span.beginMs, endMs: span.endMs, markup, settings: "" });
      return;
    }
    for (const child of element.children)
      if (typeof child !== "string") walk(child, span, depth + 1);
  };
  walk(root, { beginMs: 0, endMs: Infinity }, 0);
  return cues
    .filter((cue) => isShown(cue) && Number.isFinite(cue.endMs))
    .toSorted((a, b) => a.startMs - b.startMs);
}

function clockOf(attributes: Readonly<Record<string, string>>): Clock {
  const rate = Number(attributes["frameRate"]) || 30;
  const [num = 1, den = 1] = (attributes["frameRateMultiplier"] ?? "1 1")
    .split(/[\s:]+/)
    .map(Number);
  const framesPerSecond = (rate * num) / den || rate;
  return { framesPerSecond, ticksPerSecond: Number(attributes["tickRate"]) || framesPerSecond };
}

function spanOf(
  { begin, end, dur }: Readonly<Record<string, string>>,
  outer: Span,
  clock: Clock,
): Span {
  const beginMs = outer.beginMs + (timeMs(begin, clock) ?? 0);
  const ends = [
    ...(timeMs(end, clock) === null ? [] : [outer.beginMs + (timeMs(end, clock) ?? 0)]),
    ...(timeMs(dur, clock) === null ? [] : [beginMs + (timeMs(dur, clock) ?? 0)]),
  ];
  return { beginMs, endMs: Math.min(outer.endMs, ...ends) };
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function timeMs(text: string | undefined, clock: Clock): number | null {
  const told = text?.trim() ?? "";
  const offset = /^(\d+(?:\.\d+)?)(h|m|s|ms|f|t)$/.exec(told);
  if (offset !== null) {
    const value = Number(offset[1]);
    if (offset[2] === "f") return Math.round((1000 * value) / clock.framesPerSecond);
    if (offset[2] === "t") return Math.round((1000 * value) / clock.ticksPerSecond);
    return Math.round(value * (units[offset[2] ?? "s"] ?? 1000));
  }
  const parts = /^(\d{2,}):(\d\d):(\d\d(?:\.\d+)?)(?::(\d{2,}))?/.exec(told);
  if (parts === null) return null;
  const frames = Number(parts[4] ?? 0) / clock.framesPerSecond;
  const seconds = Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]) + frames;
  return Math.round(seconds * 1000);
}

/** What nests deeper is no text of a film. */
const deepest = 64;

/** Lines of the document are spaces; `br` breaks a line, and italics, bold and underline stay. */
function markupOf(element: XmlElement): string {
  const inside = element.children
    .map((child) => {
      if (typeof child === "string") return escapeCueText(child.replaceAll(/\s+/g, " "));
      return child.name === "br" ? "\n" : markupOf(child);
    })
    .join("");
  const { fontStyle, fontWeight, textDecoration } = element.attributes;
  const tags = [
    ...(fontStyle === "italic" || fontStyle === "oblique" ? ["i"] : []),
    ...(fontWeight === "bold" ? ["b"] : []),
    ...(textDecoration === "underline" ? ["u"] : []),
  ];
  return tags.reduce((text, tag) => `<${tag}>${text}</${tag}>`, inside);
}
