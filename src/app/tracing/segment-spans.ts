import {
  defaultTextMapGetter,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type SpanContext,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { SegmentTrace, TraceParent } from "../../pipeline/ports.ts";
import { segmentFacts } from "../segment-facts.ts";
import type { WallClock } from "./wall-clock.ts";

const propagator = new W3CTraceContextPropagator();

/**
 * A segment's try as a span with one for each part below it. It belongs to the request that waited first, and is linked with
 * the others that waited; one that was made ahead is a trace of its own. The name of a span is that of its stage.
 */
export function createSegmentSpans(
  tracer: Tracer,
  clock: WallClock,
): (segment: SegmentTrace) => string | null {
  return (segment) => {
    const [parent, ...others] = segment.parents.flatMap(spanContext);
    const within = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const span = tracer.startSpan(
      "segment",
      {
        startTime: clock(segment.startMs),
        attributes: attributesOf(segment),
        links: others.map((context) => ({ context })),
      },
      within,
    );
    if (!span.isRecording()) return null;
    for (const { stage, startMs, endMs } of segment.parts) {
      tracer
        .startSpan(stage, { startTime: clock(startMs) }, trace.setSpan(ROOT_CONTEXT, span))
        .end(clock(endMs));
    }
    if (segment.code !== null) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", segment.code);
    }
    span.end(clock(segment.endMs));
    return span.spanContext().traceId;
  };
}

function attributesOf(segment: SegmentTrace): Attributes {
  const attributes: Attributes = { "viewra.content": segment.hash };
  for (const [name, fact] of Object.entries(segmentFacts(segment))) {
    if (fact !== undefined) attributes[`viewra.${name}`] = fact;
  }
  return attributes;
}

/** The requests were handled by this process. */
function spanContext(parent: TraceParent): SpanContext[] {
  const context = propagator.extract(ROOT_CONTEXT, { ...parent }, defaultTextMapGetter);
  const found = trace.getSpanContext(context);
  return found && isSpanContextValid(found) ? [{ ...found, isRemote: false }] : [];
}
