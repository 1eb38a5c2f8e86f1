import { ViewraError } from "../errors/viewra-error.ts";
import { segmentName, type Rendition } from "../media/plan.ts";
import type { Timeline } from "../media/timeline.ts";
import { initDifferences, presentationDelay } from "../iso/init-segment.ts";
import type { PackagedSegment } from "../packager/packager.ts";
import { verifySegment } from "../packager/verify-segment.ts";

/**
 * Throws VERIFY_FAILED with every reason when what Shaka wrote is not exactly the plan's segment n.
 * `details.fault` says whether its header is another than was described (`header`) or the pictures or
 * sounds in it are others than the plan says (`segment`).
 */
export function judgeSegment(
  packaged: PackagedSegment,
  described: Uint8Array,
  rendition: Rendition,
  timeline: Timeline,
  n: number,
): void {
  const { kind, id } = rendition;
  const delay = kind === "video" ? { delayTicks: presentationDelay(described) } : {};
  const differences = initDifferences(described, packaged.init);
  const faults = [
    ...verifySegment(packaged.segment, { kind, timeline, n, ...delay }),
    ...differences,
  ];
  if (faults.length === 0) return;
  throw new ViewraError(
    "VERIFY_FAILED",
    `${segmentName(id, n)} is not what the plan says: ${faults.join("; ")}`,
    { details: { fault: differences.length > 0 ? "header" : "segment" } },
  );
}
