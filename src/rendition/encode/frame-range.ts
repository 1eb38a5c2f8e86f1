import { ViewraError } from "../../errors/viewra-error.ts";
import type { Rational } from "../../media/rational.ts";
import type { SegmentRun } from "../segment-run.ts";
import type { EncodedVideo } from "./encoded-rendition.ts";
import { frameNumbers } from "./frame-timeline.ts";

/** Frames `[startFrame, endFrame)` of a constant rate, counted from the content's zero. */
export interface FrameRange {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly frameRate: Rational;
}

/** The frames of a run's segments. INTERNAL for segments that the plan does not have. */
export function frameRange(
  { frame, from, to }: Pick<SegmentRun, "frame" | "from" | "to">,
  { recipe: { frameRate } }: EncodedVideo,
): FrameRange {
  const boundaries = frameNumbers(frame.boundaries, frameRate);
  const startFrame = boundaries[from - 1];
  const endFrame = boundaries[to];
  if (startFrame === undefined || endFrame === undefined) {
    throw new ViewraError("INTERNAL", `expected a range of segments, got ${from} to ${to}`);
  }
  return { startFrame, endFrame, frameRate };
}
