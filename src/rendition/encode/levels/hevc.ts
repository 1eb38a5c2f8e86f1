import { toNumber } from "../../../media/rational.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";
import { lowestLevel, withLongestSide } from "./lowest-level.ts";

/** In samples; bit rates of the main tier: ISO/IEC 23008-2, tables A.8 and A.9. */
const levels = [
  { name: "2.1", pictureSize: 245_760, sizePerSecond: 7_372_800, bitrateBps: 3_000_000 },
  { name: "3.0", pictureSize: 552_960, sizePerSecond: 16_588_800, bitrateBps: 6_000_000 },
  { name: "3.1", pictureSize: 983_040, sizePerSecond: 33_177_600, bitrateBps: 10_000_000 },
  { name: "4.0", pictureSize: 2_228_224, sizePerSecond: 66_846_720, bitrateBps: 12_000_000 },
  { name: "4.1", pictureSize: 2_228_224, sizePerSecond: 133_693_440, bitrateBps: 20_000_000 },
  { name: "5.0", pictureSize: 8_912_896, sizePerSecond: 267_386_880, bitrateBps: 25_000_000 },
  { name: "5.1", pictureSize: 8_912_896, sizePerSecond: 534_773_760, bitrateBps: 40_000_000 },
  { name: "5.2", pictureSize: 8_912_896, sizePerSecond: 1_069_547_520, bitrateBps: 60_000_000 },
  { name: "6.0", pictureSize: 35_651_584, sizePerSecond: 1_069_547_520, bitrateBps: 60_000_000 },
  { name: "6.1", pictureSize: 35_651_584, sizePerSecond: 2_139_095_040, bitrateBps: 120_000_000 },
  { name: "6.2", pictureSize: 35_651_584, sizePerSecond: 4_278_190_080, bitrateBps: 240_000_000 },
].map(withLongestSide);

/** The lowest HEVC level of the main tier that holds the target. */
export function hevcLevel({ width, height, frameRate, maxBitrateBps }: VideoTarget): string {
  // Coded in blocks of eight samples, the smallest that any encoder here takes.
  const pictureSize = Math.ceil(width / 8) * 8 * Math.ceil(height / 8) * 8;
  const sizePerSecond = pictureSize * toNumber(frameRate);
  const asked = { pictureSize, sizePerSecond, bitrateBps: maxBitrateBps, width, height };
  return lowestLevel(levels, asked);
}
