import { toNumber } from "../../../media/rational.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";

/** Name, samples a second, samples of a picture, kbit/s, longest side: VP9 levels, webmproject.org/vp9/levels. */
const levels: readonly (readonly [string, number, number, number, number])[] = [
  ["1.0", 829_440, 36_864, 200, 512],
  ["1.1", 2_764_800, 73_728, 800, 768],
  ["2.0", 4_608_000, 122_880, 1_800, 960],
  ["2.1", 9_216_000, 245_760, 3_600, 1_344],
  ["3.0", 20_736_000, 552_960, 7_200, 2_048],
  ["3.1", 36_864_000, 983_040, 12_000, 2_752],
  ["4.0", 83_558_400, 2_228_224, 18_000, 4_160],
  ["4.1", 160_432_128, 2_228_224, 30_000, 4_160],
  ["5.0", 311_951_360, 8_912_896, 60_000, 8_384],
  ["5.1", 588_251_136, 8_912_896, 120_000, 8_384],
  ["5.2", 1_176_502_272, 8_912_896, 180_000, 8_384],
  ["6.0", 1_176_502_272, 35_651_584, 180_000, 16_832],
  ["6.1", 2_353_004_544, 35_651_584, 240_000, 16_832],
  ["6.2", 4_706_009_088, 35_651_584, 480_000, 16_832],
];

/** The lowest VP9 level that holds the target. */
export function vp9Level({ width, height, frameRate, maxBitrateBps }: VideoTarget): string {
  const samples = width * height;
  const fits = levels.find(
    ([, perSecond, ofPicture, kilobits, longest]) =>
      samples <= ofPicture &&
      samples * toNumber(frameRate) <= perSecond &&
      maxBitrateBps <= kilobits * 1000 &&
      Math.max(width, height) <= longest,
  );
  return fits?.[0] ?? "6.2";
}
