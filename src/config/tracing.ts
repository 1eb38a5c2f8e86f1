import { z } from "zod";
import { choice, toggle, value, wholeNumber } from "./value.ts";

/** Where spans go, and which of them. What else of OpenTelemetry's variables there is, its SDK reads itself. */
export interface TracingSettings {
  /** The collector, as its operator knows it: scheme, host and port. */
  readonly collector: string;
  readonly sampler: Sampler;
  /** Of the traces that the sampler's rate is about, 0 to 1. */
  readonly sampledRatio: number;
  /** How spans are gathered before they are sent; the SDK's own where it is undefined. Times in milliseconds. */
  readonly batch: {
    readonly scheduledDelayMillis: number | undefined;
    readonly exportTimeoutMillis: number | undefined;
    readonly maxQueueSize: number | undefined;
    readonly maxExportBatchSize: number | undefined;
  };
}

/** As OpenTelemetry's specification of environment variables has them. */
export const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
export type Sampler = (typeof samplers)[number];

const endpoint = value("an http(s) URL", (text) => {
  const url = URL.parse(text);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  return isHttp && url.host !== "" ? url.origin : undefined;
});

const ratio = value("a number from 0 to 1", (text) => {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  return number <= 1 ? number : undefined;
});

/** The one of OTLP's protocols that is spoken here; every collector has it. */
const protocol = choice(["http/protobuf"]);

/** OpenTelemetry's variables. Other programs have them too: read only where they are meant. Documented in README.md. */
export const tracingSchema = z.object({
  OTEL_SDK_DISABLED: toggle.prefault("false"),
  OTEL_TRACES_EXPORTER: choice(["otlp", "none"]).prefault("otlp"),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_TRACES_SAMPLER: choice(samplers).prefault("parentbased_always_on"),
  OTEL_TRACES_SAMPLER_ARG: ratio.prefault("1"),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(0, 3_600_000).optional(),
  OTEL_BSP_EXPORT_TIMEOUT: wholeNumber(1, 3_600_000).optional(),
  OTEL_BSP_MAX_QUEUE_SIZE: wholeNumber(1, 100_000).optional(),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: wholeNumber(1, 100_000).optional(),
});

export interface ReadTracing {
  /** null: nothing is traced. */
  readonly settings: TracingSettings | null;
  readonly issues: readonly z.core.$ZodIssue[];
}

/** Reads where spans go. Without an endpoint nothing else is looked at. */
export function readTracing(values: Readonly<Record<string, string | undefined>>): ReadTracing {
  const isMeant =
    values["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? values["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
  if (isMeant === undefined) return { settings: null, issues: [] };
  const { data: read, error } = tracingSchema.safeParse(values);
  if (read === undefined) return { settings: null, issues: error.issues };
  const collector = read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = read.OTEL_SDK_DISABLED || read.OTEL_TRACES_EXPORTER === "none";
  if (isOff || collector === undefined) return { settings: null, issues: [] };
  const settings: TracingSettings = {
    collector,
    sampler: read.OTEL_TRACES_SAMPLER,
    sampledRatio: read.OTEL_TRACES_SAMPLER_ARG,
    batch: {
      scheduledDelayMillis: read.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMillis: read.OTEL_BSP_EXPORT_TIMEOUT,
      maxQueueSize: read.OTEL_BSP_MAX_QUEUE_SIZE,
      maxExportBatchSize: read.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    },
  };
  return { settings, issues: [] };
}
