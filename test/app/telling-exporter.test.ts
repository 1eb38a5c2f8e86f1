import { expect, test } from "bun:test";
import { ExportResultCode } from "@opentelemetry/core";
import fc from "fast-check";
import { tellingExporter } from "../../src/app/tracing/telling-exporter.ts";
import { createLogger } from "../../src/log/logger.ts";

const tenMinutesMs = 600_000;

test("however a collector comes and goes, its trouble is told of at once, in turn with its end, and never twice in ten minutes", () => {
  const batch = fc.record({ isDelivered: fc.boolean(), afterMs: fc.nat(tenMinutesMs / 2) });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 40 }), (batches) => {
      const clock = { now: 0 };
      const told: { readonly at: number; readonly isTrouble: boolean }[] = [];
      const write = (line: string): void =>
        void told.push({ at: clock.now, isTrouble: line.includes("cannot be delivered") });
      let isDelivered = true;
      const exporter = tellingExporter(
        {
          export: (_spans, done) => {
            const { SUCCESS, FAILED } = ExportResultCode;
            if (isDelivered) done({ code: SUCCESS });
            else done({ code: FAILED, error: new Error("no route to it") });
          },
          shutdown: async () => {},
        },
        "http://collector:4318",
        createLogger({ level: "info", format: "text", write }),
        () => clock.now,
      );
      const results: boolean[] = [];
      for (const each of batches) {
        clock.now += each.afterMs;
        ({ isDelivered } = each);
        exporter.export([], ({ code }) => results.push(code === ExportResultCode.SUCCESS));
      }
      expect(results).toEqual(batches.map((each) => each.isDelivered));
      expect(told.map(({ isTrouble }) => isTrouble)).toEqual(told.map((_, i) => i % 2 === 0));
      const troubles = told.filter(({ isTrouble }) => isTrouble).map(({ at }) => at);
      for (const [i, at] of troubles.entries())
        expect(at - (troubles[i - 1] ?? -Infinity)).toBeGreaterThanOrEqual(tenMinutesMs);
      expect(troubles.length > 0).toBe(results.includes(false));
    }),
  );
});
