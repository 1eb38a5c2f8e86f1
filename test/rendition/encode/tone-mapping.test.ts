import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { HdrMetadata } from "../../../src/media/hdr-metadata.ts";
import { treatmentOf } from "../../../src/rendition/encode/plan-video.ts";
import { shapeFilters } from "../../../src/rendition/encode/video-filters.ts";
import { exampleVideo } from "../../media/example-source.ts";
import { fromComponents, toLight, toXyz, type Triple } from "../../support/colour.ts";
import { deltaE2000, toLab } from "../../support/colour-difference.ts";
import { diffuseWhiteNits, hdrCharts } from "../../support/hdr-charts.ts";
import { hdrSamples, sdrLight, type HdrSpace } from "../../support/hdr-reference.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";
import { mapped } from "../../support/test-card.ts";

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("tone-mapping");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Samples of a patch's side, and patches in a row. */
const side = 16;
const columns = 16;

interface HdrCase {
  readonly name: string;
  readonly space: HdrSpace;
  readonly says: HdrMetadata | null;
  /** What the tone curve is to begin from. */
  readonly peakNits: number;
}

const pq: HdrSpace = {
  ...{ matrix: "bt2020nc", primaries: "bt2020", transfer: "smpte2084", range: "tv" },
};
const hlg: HdrSpace = { ...pq, transfer: "arib-std-b67" };

/** A P3 display of a brightness, and the brightest sample; of null nothing is said. */
function told(displayNits: number | null, maxCll: number | null): HdrMetadata {
  return {
    mastering:
      displayNits === null
        ? null
        : {
            ...{ red: { x: 34_000, y: 16_000 }, green: { x: 13_250, y: 34_500 } },
            ...{ blue: { x: 7500, y: 3000 }, whitePoint: { x: 15_635, y: 16_450 } },
            ...{ minLuminance: 50, maxLuminance: displayNits * 10_000 },
          },
    light: maxCll === null ? null : { maxCll, maxFall: 0 },
  };
}

const cases: readonly HdrCase[] = [
  { name: "PQ of 1000 cd/m²", space: pq, says: told(1000, null), peakNits: 1000 },
  { name: "PQ of 4000 cd/m²", space: pq, says: told(4000, null), peakNits: 4000 },
  { name: "PQ of 10,000 cd/m²", space: pq, says: told(10_000, 10_000), peakNits: 10_000 },
  { name: "PQ of 4000 cd/m², MaxCLL 600", space: pq, says: told(4000, 600), peakNits: 600 },
  { name: "PQ of MaxCLL 150", space: pq, says: told(null, 150), peakNits: 203 },
  { name: "PQ that says nothing", space: pq, says: null, peakNits: 1000 },
  {
    name: "PQ of full range",
    space: { ...pq, range: "pc" },
    says: told(1000, null),
    peakNits: 1000,
  },
  {
    name: "PQ in P3",
    space: { ...pq, primaries: "smpte432" },
    says: told(1000, null),
    peakNits: 1000,
  },
  {
    name: "PQ in BT.709",
    space: { ...pq, matrix: "bt709", primaries: "bt709" },
    says: null,
    peakNits: 1000,
  },
  { name: "HLG", space: hlg, says: null, peakNits: 1000 },
  { name: "HLG of full range", space: { ...hlg, range: "pc" }, says: null, peakNits: 1000 },
];

/** Means of the patches as a display of BT.709 gets them, red, green and blue of its signal. */
async function shown(
  samples: readonly Triple[],
  { name, space, says }: HdrCase,
): Promise<Triple[]> {
  const width = side * columns;
  const height = side * Math.ceil(samples.length / columns);
  const at = (x: number, y: number): Triple =>
    samples[Math.floor(y / side) * columns + Math.floor(x / side)] ?? [0, 512, 512];
  const planes = (
    [
      [1, 0],
      [2, 1],
      [2, 2],
    ] as const
  ).map(([step, component]) =>
    Uint16Array.from(
      { length: (width / step) * (height / step) },
      (_, i) => at((i % (width / step)) * step, Math.floor(i / (width / step)) * step)[component],
    ),
  );
  const picture = Buffer.concat(planes.map(({ buffer }) => Buffer.from(buffer)));
  const { matrix, primaries, transfer } = space;
  if (matrix !== "bt2020nc" && matrix !== "bt709") throw new Error("expected a matrix of HDR");
  if (primaries === "film") throw new Error("expected primaries of HDR");
  const video = exampleVideo({
    ...{ width, height, pixelFormat: "yuv420p10le", isHdr: true, hdrMetadata: says },
    color: { matrix, primaries, transfer, chromaLocation: "left" },
  });
  const recipe = { ...treatmentOf(video), width, height };
  const filters = [`setrange=${space.range}`, ...shapeFilters(recipe)].join(",");
  const raw = ["-f", "rawvideo", "-pix_fmt"];
  const path = folder.file(`${name.replaceAll(/\W/g, "-")}.raw`);
  await Bun.write(path, picture);
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", ...raw, "yuv420p10le", "-s", `${width}x${height}`],
    ...["-i", path, "-vf", filters, ...raw, "yuv420p", "-"],
  ]);
  return samples.map((_, n) => patchSignal(stdout, { width, height }, n));
}

/** A patch's mean, away from its neighbours, as red, green and blue of BT.709's signal. */
function patchSignal(
  picture: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  n: number,
): Triple {
  const mean = (start: number, step: 1 | 2): number => {
    const [from, to] = [side / step / 4, (side / step / 4) * 3];
    const left = ((n % columns) * side) / step;
    const top = (Math.floor(n / columns) * side) / step;
    let sum = 0;
    for (let y = from; y < to; y++) {
      for (let x = from; x < to; x++) {
        sum += picture[start + ((top + y) * width) / step + left + x] ?? 0;
      }
    }
    return sum / (to - from) ** 2;
  };
  const luma = width * height;
  const [y, cb, cr] = [mean(0, 1), mean(luma, 2), mean(luma * 1.25, 2)];
  const components: Triple = [(y - 16) / 219, (cb - 128) / 224, (cr - 128) / 224];
  return fromComponents(components, { matrix: "bt709", primaries: "bt709" });
}

const labOf = (light: Triple): Triple => toLab(toXyz(light, "bt709"));

/**
 * How far all patches of a chart may be off on average, and one of them: CIEDE2000, most of it what eight bits round. Of
 * HLG zimg's curve is FFmpeg's to choose, which has it raise each of red, green and blue to the display's gamma instead
 * of their luminance: greys are exact, colours a little stronger.
 */
const limits = {
  smpte2084: { mean: 0.3, most: 0.5 },
  "arib-std-b67": { mean: 3, most: 6 },
} as const;

describe("HDR is shown on SDR as BT.2390 maps it, chart by chart", () => {
  for (const one of cases) {
    test(
      one.name,
      async () => {
        const charts = hdrCharts(one.space.primaries, one.peakNits);
        const samples = charts.map(({ patches }) =>
          patches.map((patch) => hdrSamples(patch, one.space)),
        );
        const signals = await shown(samples.flat(), one);
        const faults: string[] = [];
        let at = 0;
        for (const [i, chart] of charts.entries()) {
          const errors = (samples[i] ?? []).map((sample) => {
            const cut = mapped(signals[at++] ?? [0, 0, 0], (value) =>
              Math.min(1, Math.max(0, value)),
            );
            const seen = labOf(mapped(cut, (value) => toLight(value, "bt709")));
            return deltaE2000(seen, labOf(sdrLight(sample, one.space, one.peakNits)));
          });
          const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
          const most = Math.max(...errors);
          const row = `${chart.name}: ${mean.toFixed(2)} on average, ${most.toFixed(2)} at most`;
          const limit = chart.isGrey ? limits.smpte2084 : limits[one.space.transfer];
          if (mean > limit.mean || most > limit.most) faults.push(row);
        }
        expect(faults).toEqual([]);
      },
      30_000,
    );
  }
});

describe("what was white, grey and black in HDR is so in SDR", () => {
  for (const one of cases) {
    test(
      one.name,
      async () => {
        const nits = [diffuseWhiteNits, 0.18 * diffuseWhiteNits, 0, one.peakNits];
        const patches = nits.map((light) => hdrSamples([light, light, light], one.space));
        const greys = (await shown(patches, { ...one, name: `levels of ${one.name}` })).map(
          ([r, g, b]) => {
            // Grey to half a step of eight bits.
            expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(0.5 / 219);
            return g;
          },
        );
        const [white = 0, grey = 0, black = 1, peak = 0] = greys;
        // BT.2408: white paper near SDR's own white, the more room the film needs above it the lower; nothing is lost below.
        expect(white).toBeGreaterThan(one.peakNits <= 1000 ? 0.9 : 0.77);
        expect(white).toBeLessThan(1 + 1 / 219);
        const exact = 0.18 ** (1 / 2.4);
        expect(grey).toBeGreaterThan(exact - (one.peakNits <= 4000 ? 0.005 : 0.015));
        expect(grey).toBeLessThan(exact + 0.005);
        expect(Math.abs(black)).toBeLessThan(0.5 / 219);
        expect(Math.abs(peak - 1)).toBeLessThan(1 / 219);
      },
      30_000,
    );
  }
});
