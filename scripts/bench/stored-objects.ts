import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { measureOrigin } from "./origin.ts";

export const storedObjects: Benchmark = {
  name: "origin",
  title: "Origin",
  about:
    "Requests per second for stored objects ÷ nginx (one worker, sendfile) with the very same files; wrk " +
    "with 64 connections. Both servers have the same one core, wrk another.",
  rounds: { full: 9, quick: 3 },
  measure,
};

const seconds = 2;

async function measure({ viewra, rounds }: BenchContext): Promise<Figure[]> {
  const results = await measureOrigin([viewra, "serve"], rounds, seconds);
  return results.flatMap((result): Figure[] => [
    {
      what: `objects of ${result.label}`,
      unit: "×",
      values: result.ratios,
      target: { atLeast: result.target },
      ours: `${result.requestsPerSecond.toFixed(0)}/s`,
      bare: `${result.nginxRequestsPerSecond.toFixed(0)}/s`,
    },
    { what: "highest memory until then", unit: "MiB", values: [result.peakMiB] },
  ]);
}
