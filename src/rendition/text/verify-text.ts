import { cuesWithin } from "../../subtitle/cue.ts";
import { readWebVtt, webVtt } from "../../subtitle/webvtt.ts";
import type { PlanFrame } from "../rendition.ts";
import { headerOf } from "./text-segment.ts";
import type { TextRendition } from "./text-rendition.ts";
import { textSpan } from "./text-timeline.ts";

/** Reading every cue of more would hold up all others for a second: signs typeset frame by frame, in one file. */
const mostRead = 8 * 1024 * 1024;

/**
 * Why bytes are not segment n of a text, as sentences; none when they are: well-formed to the last byte, on the
 * content's clock, and each cue of it is shown within the segment.
 */
export function verifyText(
  bytes: Uint8Array,
  frame: PlanFrame,
  rendition: TextRendition,
  n: number,
): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return ["the text is not UTF-8"];
  }
  const header = headerOf(rendition);
  if (bytes.length > mostRead) {
    return text.startsWith(webVtt([], header)) && text.endsWith("\n")
      ? []
      : ["the text is no WebVTT"];
  }
  const cues = readWebVtt(text);
  if (webVtt(cues, header) !== text) return ["the text is no WebVTT as it is written here"];
  const { startMs, endMs } = textSpan(frame, rendition, n);
  const within = cuesWithin(cues, startMs, endMs).length;
  return within === cues.length ? [] : [`${cues.length - within} cues are shown at other times`];
}
