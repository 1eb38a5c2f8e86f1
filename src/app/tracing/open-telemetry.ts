import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from "@opentelemetry/sdk-trace";
import type { TracingSettings } from "../../config/tracing.ts";
import type { Logger } from "../../log/logger.ts";
import { version } from "../version.ts";
import { createRequestSpans } from "./request-spans.ts";
import { createSegmentSpans } from "./segment-spans.ts";
import { tellingExporter } from "./telling-exporter.ts";
import type { Tracing } from "./tracing.ts";
import { createWallClock } from "./wall-clock.ts";

/** So long the end of the server waits for a collector; one that is well needs a fraction of it. */
const lastWordMs = 1_000;
/** What clients say of themselves has no bound of its own. */
const longestAttribute = 256;

/**
 * Tracing by OpenTelemetry's own SDK, sent as OTLP over HTTP. Nothing is registered globally. Spans wait in a queue that is
 * bounded, so a collector that is slow or gone costs spans and nothing else.
 */
export function createTracing(settings: TracingSettings, log: Logger): Tracing {
  const exporter = tellingExporter(new OTLPTraceExporter(), settings.collector, log);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "viewra", "service.version": version }))
      .merge(
        detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }),
      ),
    sampler: samplerOf(settings),
    spanLimits: { attributeValueLengthLimit: longestAttribute },
    spanProcessors: [new BatchSpanProcessor({ exporter, ...given(settings.batch) })],
  });
  const tracer = provider.getTracer("viewra", version);
  const clock = createWallClock();
  const requests = createRequestSpans(tracer, clock);
  return {
    ...requests,
    segment: createSegmentSpans(tracer, clock),
    stop: async () => {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, lastWordMs);
      // What could not be sent was told by the exporter.
      await Promise.race([provider.shutdown().catch(() => undefined), late.promise]);
      clearTimeout(timer);
    },
  };
}

function samplerOf({ sampler, sampledRatio }: TracingSettings): Sampler {
  const roots = {
    on: () => new AlwaysOnSampler(),
    off: () => new AlwaysOffSampler(),
    ratio: () => new TraceIdRatioBasedSampler(sampledRatio),
  };
  const byName: Readonly<Record<TracingSettings["sampler"], () => Sampler>> = {
    always_on: roots.on,
    always_off: roots.off,
    traceidratio: roots.ratio,
    parentbased_always_on: () => new ParentBasedSampler({ root: roots.on() }),
    parentbased_always_off: () => new ParentBasedSampler({ root: roots.off() }),
    parentbased_traceidratio: () => new ParentBasedSampler({ root: roots.ratio() }),
  };
  return byName[sampler]();
}

type Batch = TracingSettings["batch"];

/** Without what is undefined: the SDK has its own for it. */
function given({
  maxQueueSize,
  maxExportBatchSize,
  ...times
}: Batch): Partial<Record<keyof Batch, number>> {
  const known: Partial<Record<keyof Batch, number>> = {};
  const { scheduledDelayMillis, exportTimeoutMillis } = times;
  if (scheduledDelayMillis !== undefined) known.scheduledDelayMillis = scheduledDelayMillis;
  if (exportTimeoutMillis !== undefined) known.exportTimeoutMillis = exportTimeoutMillis;
  if (maxQueueSize !== undefined) known.maxQueueSize = maxQueueSize;
  if (maxExportBatchSize !== undefined) known.maxExportBatchSize = maxExportBatchSize;
  return known;
}
