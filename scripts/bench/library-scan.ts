import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { measureScan } from "./scan.ts";

const files = 200;

export const libraryScan: Benchmark = {
  name: "scan",
  title: "Scan of a library",
  about:
    `A first scan of ${files} small films (half MP4, half Matroska) into an empty database ÷ ffprobe over the ` +
    "same files under xargs with as many at once.",
  rounds: { full: 5, quick: 1 },
  measure,
};

async function measure({ rounds }: BenchContext): Promise<Figure[]> {
  const result = await measureScan(files, rounds);
  return [
    {
      what: "first scan",
      unit: "×",
      values: result.ratios,
      ours: `${result.scanSeconds.toFixed(2)} s`,
      bare: `${result.ffprobeSeconds.toFixed(2)} s`,
    },
    { what: "scan when nothing has changed", unit: "ms", values: [result.rescanSeconds * 1000] },
  ];
}
