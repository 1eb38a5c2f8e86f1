import { cuesWithin, type Cue } from "../../subtitle/cue.ts";
import { webVtt } from "../../subtitle/webvtt.ts";
import type { PlanFrame } from "../rendition.ts";
import type { TextRendition } from "./text-rendition.ts";
import { textSpan } from "./text-timeline.ts";

/** A segment of HLS says which moment of the pictures' clock its zero is (RFC 8216, 3.5): in CMAF the same one. */
export function headerOf({ manifest }: TextRendition): string[] {
  return manifest === "hls" ? ["X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"] : [];
}

/** Segment n as a file; `cues`: all of the track, on the content's clock. One that spans a cut stands on both sides. */
export function textSegment(
  cues: readonly Cue[],
  frame: PlanFrame,
  rendition: TextRendition,
  n: number,
): string {
  const { startMs, endMs } = textSpan(frame, rendition, n);
  return webVtt(cuesWithin(cues, startMs, endMs), headerOf(rendition));
}
