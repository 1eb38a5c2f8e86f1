import { ViewraError } from "../errors/viewra-error.ts";
import { initDifferences } from "../iso/init-segment.ts";
import { segmentName } from "../media/object-name.ts";
import { methods, type Rendition } from "../rendition/methods.ts";
import type { PackagedSegment, PlanFrame } from "../rendition/rendition.ts";

/**
 * Throws VERIFY_FAILED with every reason when what was made is not exactly the plan's segment n.
 * `details.fault` says whether its header is another than was described (`header`) or the pictures or
 * sounds in it are others than the plan says (`segment`).
 */
export function judgeSegment(
  { init, segment }: PackagedSegment,
  described: Uint8Array | null,
  frame: PlanFrame,
  rendition: Rendition,
  n: number,
): void {
  const differences = init === null || described === null ? [] : initDifferences(described, init);
  const expected = { frame, rendition, n, ...(described && { described }) };
  const faults = [...methods[rendition.method].verify(segment, expected), ...differences];
  if (faults.length === 0) return;
  throw new ViewraError(
    "VERIFY_FAILED",
    `${segmentName(rendition.id, n)} is not what the plan says: ${faults.join("; ")}`,
    { details: { fault: differences.length > 0 ? "header" : "segment" } },
  );
}
