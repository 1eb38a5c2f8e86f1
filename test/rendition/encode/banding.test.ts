import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ColorTags } from "../../../src/media/color.ts";
import { treatmentOf } from "../../../src/rendition/encode/plan-video.ts";
import { shapeFilters } from "../../../src/rendition/encode/video-filters.ts";
import { exampleVideo } from "../../media/example-source.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("banding");
});
afterAll(() => folder[Symbol.asyncDispose]());

const [width, height, pictures] = [512, 32, 3] as const;
/** Columns of one step of ten bits. */
const stepColumns = 16;
/** Side of what is averaged: as far as an eye does that with dither. */
const block = 16;
const level = (column: number): number => 400 + Math.floor(column / stepColumns);

const formats = [
  ["yuv420p10le", 2, 2],
  ["yuv422p10le", 2, 1],
  ["yuv444p10le", 1, 1],
] as const;
const bt709 = { matrix: "bt709", primaries: "bt709", transfer: "bt709" } as const;
const bt2020 = { matrix: "bt2020nc", primaries: "bt2020", transfer: "bt2020-10" } as const;
const colors: readonly (readonly [string, ColorTags])[] = [
  ["BT.709", { ...bt709, chromaLocation: "left" }],
  ["BT.709 with chroma in the middle", { ...bt709, chromaLocation: "center" }],
  ["BT.2020", { ...bt2020, chromaLocation: "topleft" }],
  // Its ramp has other steps afterwards: it is counted alone.
  ["PQ", { ...bt2020, transfer: "smpte2084", chromaLocation: "topleft" }],
];

/** Pictures of a slow ramp of grey in ten bits, eight bits of the output each. */
async function ramp(format: (typeof formats)[number], color: ColorTags, threads: number) {
  const [pixelFormat, x, y] = format;
  const luma = Uint16Array.from({ length: width * height }, (_, i) => level(i % width));
  const chroma = new Uint16Array((2 * width * height) / (x * y)).fill(512);
  const picture = [Buffer.from(luma.buffer), Buffer.from(chroma.buffer)];
  const path = folder.file(`${pixelFormat}.raw`);
  await Bun.write(path, Buffer.concat(Array.from({ length: pictures }, () => picture).flat()));
  const recipe = treatmentOf(exampleVideo({ width, height, pixelFormat, color }));
  const tagged = `setparams=range=tv:colorspace=${color.matrix}`;
  const filters = [tagged, ...shapeFilters({ ...recipe, width, height })].join(",");
  const raw = ["-f", "rawvideo", "-pix_fmt"];
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-filter_threads", String(threads)],
    ...[...raw, pixelFormat, "-s", `${width}x${height}`, "-i", path],
    ...["-vf", filters, ...raw, "yuv420p", "-"],
  ]);
  return stdout;
}

const cases = colors.flatMap(([name, color]) =>
  formats.map((format) => [format[0], name, format, color] as const),
);

test.each(cases)(
  "a slow ramp of %s in %s keeps its steps, the same in every picture and for any number of threads",
  async (_pixelFormat, name, format, color) => {
    const made = await ramp(format, color, 1);
    const size = (width * height * 3) / 2;
    expect(made.length).toBe(size * pictures);
    // Dither follows the place alone: runs that begin at other pictures join.
    for (let n = 1; n < pictures; n++) {
      expect(Buffer.compare(made.subarray(0, size), made.subarray(n * size, (n + 1) * size))).toBe(
        0,
      );
    }
    for (const threads of [2, 5]) {
      expect(Buffer.compare(made, await ramp(format, color, threads))).toBe(0);
    }
    const means = Array.from({ length: width / block }, (_, n) => mean(made, n));
    if (name !== "PQ") {
      const errors = means.map((value, n) => Math.abs(value - level(n * block) / 4));
      // In steps of eight bits; without dither it is three quarters.
      expect(Math.max(...errors)).toBeLessThan(0.2);
    }
    // 32 steps of ten bits are 8 of eight bits.
    const steps = means.slice(1).map((value, n) => value - (means[n] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(0.02);
    expect(Math.max(...steps)).toBeLessThan(0.6);
  },
  30_000,
);

/** Of the n-th block from the left, of luma. */
function mean(picture: Uint8Array, n: number): number {
  let sum = 0;
  for (let y = 8; y < 8 + block; y++) {
    for (let x = 0; x < block; x++) sum += picture[y * width + n * block + x] ?? 0;
  }
  return sum / block ** 2;
}
