import { boundaryTicks, type Boundaries } from "../../media/boundaries.ts";
import { remembered } from "../../media/remembered.ts";
import { segmentSpan, type Timeline } from "../../media/timeline.ts";
import type { PlanFrame } from "../rendition.ts";
import type { TextRendition } from "./text-rendition.ts";

/** HLS has its text in segments, cut where the plan is; DASH in one file. */
export function textTimeline({ boundaries }: PlanFrame, { manifest }: TextRendition): Timeline {
  return manifest === "hls" ? segmented(boundaries) : whole(boundaries);
}

const segmented = remembered((boundaries: Boundaries): Timeline => {
  return { timescale: boundaries.timescale, boundaries: boundaryTicks(boundaries) };
});

const whole = remembered((boundaries: Boundaries): Timeline => {
  const end = boundaryTicks(boundaries).at(-1) ?? 0;
  return { timescale: boundaries.timescale, boundaries: [0, end] };
});

/** The moments of segment n, milliseconds. */
export function textSpan(
  frame: PlanFrame,
  rendition: TextRendition,
  n: number,
): { readonly startMs: number; readonly endMs: number } {
  const timeline = textTimeline(frame, rendition);
  const { start, end } = segmentSpan(timeline, n);
  return {
    startMs: (1000 * start) / timeline.timescale,
    // Sound may go on a little behind the last cut, and a text with it.
    endMs: n === timeline.boundaries.length - 1 ? Infinity : (1000 * end) / timeline.timescale,
  };
}
