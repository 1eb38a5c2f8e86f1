import type { Logger } from "../log/logger.ts";
import type { SegmentTrace } from "../pipeline/ports.ts";
import { stageSums } from "./metrics.ts";
import { segmentFacts } from "./segment-facts.ts";

/** One line of a debug log a try of a segment: what it was, and the milliseconds that each stage took. */
export function logSegment(log: Logger, trace: SegmentTrace, traceId: string | null): void {
  if (log.level !== "debug") return;
  const { rendition: _rendition, segment: _segment, ...facts } = segmentFacts(trace);
  const times = [...stageSums(trace)].map(([stage, ms]) => [`${stage}_ms`, tenths(ms)]);
  log.debug(trace.code === null ? "segment made" : "segment not made", {
    content: trace.hash.slice(0, 12),
    ...facts,
    ...Object.fromEntries(times),
    total_ms: tenths(trace.endMs - trace.startMs),
    ...(traceId === null ? {} : { trace_id: traceId }),
  });
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
