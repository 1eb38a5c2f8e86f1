import type { TracingSettings } from "../../config/tracing.ts";
import type { Logger } from "../../log/logger.ts";
import type { ServedFrom } from "../../origin/origin.ts";
import type { DescribeTrace, SegmentTrace, TraceParent } from "../../pipeline/ports.ts";
import type { Stage } from "../../playback/stage-timings.ts";
import type { Handlers } from "../http-server.ts";

/** Requests, and what is made for them, as the spans of a tracing system. */
export interface Tracing {
  /** Handlers whose content requests and playback starts are spans; a client's own trace is gone on with. */
  around(handlers: TracedHandlers): TracedHandlers;
  /** The trace of the request that is handled at this moment; null outside one. */
  asker(): TraceParent | null;
  /** How the answer to the content request that is handled at this moment came about. */
  served(from: ServedFrom): void;
  /** A stage of the start that is handled at this moment ends now. */
  startStage(stage: Stage, seconds: number): void;
  described(trace: DescribeTrace): void;
  /** Answers with the trace's id, for the log; null where it is not sampled. */
  segment(trace: SegmentTrace): string | null;
  /** Sends what is left, but waits a second at most. */
  stop(): Promise<void>;
}

export type TracedHandlers = Pick<Handlers, "origin" | "api">;

/** What the settings ask for; null where that is nothing, and then nothing of OpenTelemetry is loaded. */
export async function startTracing(
  settings: TracingSettings | null,
  log: Logger,
): Promise<Tracing | null> {
  if (settings === null) return null;
  const { createTracing } = await import("./open-telemetry.ts");
  log.info("traces are sent", { collector: settings.collector, sampler: settings.sampler });
  return createTracing(settings, log);
}
