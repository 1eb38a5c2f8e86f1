import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { pictureCodecs } from "../../src/media/picture-codecs.ts";
import { comparePictures, decodePictures } from "../support/compare-video.ts";
import { makeSource } from "../support/make-source.ts";
import { createPictureBench, type PictureBench } from "../support/picture-bench.ts";
import { createRandom } from "../support/shuffle.ts";

setDefaultTimeout(300_000);

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? String(Date.now() % 100_000));
const random = createRandom(seed);
const pick = <T>(items: readonly [T, ...T[]]): T =>
  items[Math.floor(random() * items.length)] ?? items[0];
const rates: readonly [readonly [string, number], ...(readonly [string, number])[]] = [
  ["24000/1001", 24_000 / 1001],
  ...(["25", "30", "50"] as const).map((rate): [string, number] => [rate, Number(rate)]),
  ["60000/1001", 60_000 / 1001],
];
const even = (least: number, most: number): number =>
  2 * Math.round((least + random() * (most - least)) / 2);

/** Sizes that are no multiples of a block, lengths that end anywhere, beginnings that are no whole frames. */
const cases = Array.from({ length: 36 }, (_, i) => {
  const [rate, perSecond] = pick(rates);
  return {
    codec: pictureCodecs[1 + (i % 3)] ?? "hevc",
    quality: pick<"low" | "medium" | "high">(["low", "medium", "high"]),
    ...{ rate, perSecond, width: even(200, 420), height: even(120, 240) },
    durationSeconds: Math.round(100 * (0.1 + random() * 5)) / 100,
    segmentSeconds: pick([1, 2, 3.3]),
    beginningSeconds: pick<readonly number[]>([[], [0.5, 0.5], [0.3, 1.7, 0.2]]),
    starts: pick<"each" | readonly number[]>(["each", [1], [1, 2], [1, 3]]),
  };
});

test.each(cases)(
  `$codec of $width×$height at $rate, $durationSeconds s in segments of $segmentSeconds s behind $beginningSeconds, runs from $starts, quality $quality (seed ${seed})`,
  async ({ codec, rate, perSecond, width, height, durationSeconds, starts, ...options }) => {
    const path = bench.file(`${codec}-${width}x${height}-${durationSeconds}.mp4`);
    await makeSource(path, { width, height, rate, durationSeconds, sound: [] });
    const limits = {
      maxHeight: null,
      maxLevel: null,
      maxBitrateBps: null,
      maxSamplesPerSecond: null,
    };
    const wished = { ...options, pictures: [{ codec, range: "sdr", ...limits } as const] };
    const { plan } = await bench.play(path, [1], wished);
    const count = plan.boundaries.steps.reduce((sum, step) => sum + step.count, 0);
    const begins = starts === "each" ? "each" : starts.filter((n) => n <= count);
    const played = await bench.play(path, begins, wished);
    expect(played.faults).toEqual([]);
    const source = await decodePictures(path);
    const report = comparePictures(source, await decodePictures(played.path), {
      ...{
        rate: perSecond,
        sourceStart: source.times[0] ?? 0,
        constantRate: true,
        lowestSsim: 0.6,
      },
    });
    expect(report.faults).toEqual([]);
  },
);
