import { boundaryTicks } from "../../media/boundaries.ts";
import type { Cuts } from "../../demux/demuxer.ts";
import type { PlanFrame } from "../rendition.ts";

/** Behind this part of the wanted length the next random access point ends a segment. */
const earliestPart = 0.9;

/** Pictures are cut at their own random access points, so far apart at least. */
export function videoCuts(segmentSeconds: number): Cuts {
  return { spacingSeconds: segmentSeconds * earliestPart };
}

/** Sound is cut with its first packet at or after each of the plan's boundaries. */
export function audioCuts({ source, boundaries }: PlanFrame, timescale: number): Cuts {
  // The origin is rounded to a microsecond: a packet on it is not before it.
  const origin = source.originMicroseconds / 1e6 - 1e-6;
  const ticks = boundaryTicks(boundaries).slice(0, -1);
  return {
    atOrAfterTicks: ticks.map((at) =>
      Math.ceil((origin + at / boundaries.timescale) * timescale - 1e-3),
    ),
  };
}
