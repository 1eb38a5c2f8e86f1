import { ExportResultCode } from "@opentelemetry/core";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "../../log/logger.ts";

/** A collector that comes and goes is not told of more often than that. */
const quietMs = 600_000;

/** Says once that spans cannot be delivered, and once that they can again. */
export function tellingExporter(
  inner: SpanExporter,
  collector: string,
  log: Logger,
  now: () => number = () => performance.now(),
): SpanExporter {
  let toldAt = -Infinity;
  let isTold = false;
  const note = (error: Error | undefined, isDelivered: boolean): void => {
    if (isDelivered && isTold) {
      isTold = false;
      log.info("traces are delivered again", { collector });
    }
    if (isDelivered || isTold || now() - toldAt < quietMs) return;
    isTold = true;
    toldAt = now();
    log.warn("traces cannot be delivered", { collector, ...(error && { error }) });
  };
  return {
    export: (spans, done) =>
      inner.export(spans, (result) => {
        note(result.error, result.code === ExportResultCode.SUCCESS);
        done(result);
      }),
    shutdown: () => inner.shutdown(),
  };
}
