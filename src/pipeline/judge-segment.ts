import { ViewraError } from "../errors/viewra-error.ts";
import { segmentName, type Rendition } from "../media/plan.ts";
import type { Timeline } from "../media/timeline.ts";
import { initDifferences, presentationDelay } from "../packager/init-segment.ts";
import type { PackagedSegment } from "../packager/packager.ts";
import { verifySegment } from "../packager/verify-segment.ts";

/** Throws VERIFY_FAILED with every reason when what Shaka wrote is not exactly the plan's segment n. */
export function judgeSegment(
  packaged: PackagedSegment,
  described: Uint8Array,
  rendition: Rendition,
  timeline: Timeline,
  n: number,
): void {
  const { kind, id } = rendition;
  const delay = kind === "video" ? { delayTicks: presentationDelay(described) } : {};
  const faults = [
    ...verifySegment(packaged.segment, { kind, timeline, n, ...delay }),
    ...initDifferences(described, packaged.init),
  ];
  if (faults.length === 0) return;
  throw new ViewraError(
    "VERIFY_FAILED",
    `${segmentName(id, n)} is not what the plan says: ${faults.join("; ")}`,
  );
}
