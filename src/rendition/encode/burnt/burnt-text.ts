import { assTrackEntry, matroskaFile } from "../../../demux/matroska/write-matroska.ts";
import { toNumber } from "../../../media/rational.ts";
import type { AssEvent } from "../../../subtitle/ass-script.ts";
import { usualAssHeader } from "../../../subtitle/print-ass.ts";
import type { FrameRange } from "../frame-range.ts";

/** The text that is seen in some frames, as FFmpeg's `subtitles` reads it. */
export interface BurntText {
  /** A Matroska file of ASS on the content's clock. */
  readonly file: Uint8Array;
  /** Frames before the first one that have to be drawn so that lines stand where they stood before, in order. */
  readonly warmUpFrames: readonly number[];
}

/**
 * What of a script is seen in a range of frames; null where nothing is. `zeroMs`: the script's clock at the content's
 * zero. A range that begins anywhere shows what the whole film would: what began before is there, and where it was.
 */
export function burntText(
  header: string,
  events: readonly AssEvent[],
  zeroMs: number,
  range: FrameRange,
): BurntText | null {
  const frameMs = 1000 / toNumber(range.frameRate);
  const [beginMs, endMs] = [range.startFrame * frameMs, range.endFrame * frameMs];
  const timed = events.map((event): Timed => {
    // FFmpeg rounds a frame's time down to whole milliseconds, often one too far.
    const startMs = Math.max(0, Math.round(event.startMs - zeroMs) - 1);
    return { startMs, endMs: Math.round(event.endMs - zeroMs) - 1, fields: event.fields };
  });
  const history = historyOf(timed, beginMs);
  const seen = timed.filter((event) => event.startMs < endMs && event.endMs > beginMs);
  const written = [...new Set([...history, ...seen])].filter(
    ({ startMs, endMs: end }) => end > startMs,
  );
  if (seen.length === 0 || written.length === 0) return null;
  const starts = history.map(({ startMs }) => Math.ceil(startMs / frameMs));
  const frames = [...new Set(starts)].filter((frame) => frame < range.startFrame);
  return {
    file: scriptFile(header, written),
    warmUpFrames: frames.toSorted((a, b) => a - b).slice(-mostWarmUps),
  };
}

type Timed = AssEvent;

/** Each costs the drawing of a frame; more lines than that are typeset signs, which have places of their own. */
const mostWarmUps = 50;

/**
 * Lines that are seen at a moment, and those whose place theirs follows from. libass puts a line above those that it
 * would cover, and leaves it there when they go.
 */
function historyOf(events: readonly Timed[], momentMs: number): Timed[] {
  const movable = events
    .filter(({ startMs, fields }) => startMs < momentMs && !/\\(?:pos|move)\(/.test(fields))
    .toSorted((a, b) => b.startMs - a.startMs);
  const chain = movable.filter(({ endMs }) => endMs > momentMs);
  if (chain.length === 0) return [];
  let fromMs = Math.min(...chain.map(({ startMs }) => startMs));
  for (const event of movable.filter(({ endMs }) => endMs <= momentMs)) {
    if (event.endMs <= fromMs) continue;
    chain.push(event);
    fromMs = Math.min(fromMs, event.startMs);
    if (chain.length > mostHistory) break;
  }
  // A line alone stands where it stands.
  return chain.length === 1 ? [] : chain;
}
const mostHistory = 1000;

function scriptFile(header: string, events: readonly Timed[]): Uint8Array {
  const inOrder = events.toSorted((a, b) => a.startMs - b.startMs);
  const orders = inOrder.map(({ fields }) => fields.slice(0, fields.indexOf(",")));
  // libass takes two of one number for the same.
  const isNumbered = new Set(orders).size === orders.length;
  const encoder = new TextEncoder();
  const blocks = inOrder.map(({ startMs, endMs, fields }, i) => ({
    ...{ track: 1, ticks: startMs, durationTicks: endMs - startMs, lacing: 0 },
    payload: encoder.encode(isNumbered ? fields : `${i}${fields.slice(fields.indexOf(","))}`),
  }));
  const millisecond = 1_000_000;
  const script = header.trim() === "" ? usualAssHeader : header;
  return matroskaFile(millisecond, [assTrackEntry(script)], blocks);
}
