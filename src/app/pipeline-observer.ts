import type { Logger } from "../log/logger.ts";
import type { PipelineObserver } from "../pipeline/ports.ts";
import type { Events } from "./events.ts";
import type { Metrics } from "./metrics.ts";
import { logSegment } from "./segment-log.ts";
import type { Tracing } from "./tracing/tracing.ts";

export interface PipelineObserverOptions {
  readonly metrics: Metrics;
  readonly events: Events;
  readonly tracing: Tracing | null;
  readonly log: Logger;
  readonly replaced: NonNullable<PipelineObserver["replaced"]>;
}

/** Who hears of what the pipeline does: metrics, the debug log, traces, and clients that listen to events. */
export function createPipelineObserver(options: PipelineObserverOptions): PipelineObserver {
  const { metrics, events, tracing, log, replaced } = options;
  return {
    ...metrics.pipeline,
    ...(tracing === null ? {} : { asker: () => tracing.asker() }),
    described: (trace) => {
      metrics.pipeline.described(trace);
      tracing?.described(trace);
    },
    segment: (trace) => {
      metrics.pipeline.segment(trace);
      logSegment(log, trace, tracing?.segment(trace) ?? null);
    },
    segmentMade: (hash, name, sizeBytes) => {
      metrics.pipeline.segmentMade(hash, name, sizeBytes);
      events.emit({ type: "content", content_hash: hash, object: name, size: sizeBytes });
    },
    failure: (hash, name, code) => {
      metrics.pipeline.failure(hash, name, code);
      events.emit({ type: "job", event: "failed", content_hash: hash, object: name, code });
    },
    replaced,
  };
}
