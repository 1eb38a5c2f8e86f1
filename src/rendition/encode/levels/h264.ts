import { toNumber } from "../../../media/rational.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";
import { lowestLevel, withLongestSide } from "./lowest-level.ts";

/** In macroblocks; bit rates of Main profile, High allows a quarter more: ISO/IEC 14496-10 table A-1. */
const levels = [
  { name: "2.1", sizePerSecond: 19_800, pictureSize: 792, bitrateBps: 4_000_000 },
  { name: "3.0", sizePerSecond: 40_500, pictureSize: 1_620, bitrateBps: 10_000_000 },
  { name: "3.1", sizePerSecond: 108_000, pictureSize: 3_600, bitrateBps: 14_000_000 },
  { name: "3.2", sizePerSecond: 216_000, pictureSize: 5_120, bitrateBps: 20_000_000 },
  { name: "4.0", sizePerSecond: 245_760, pictureSize: 8_192, bitrateBps: 20_000_000 },
  { name: "4.2", sizePerSecond: 522_240, pictureSize: 8_704, bitrateBps: 50_000_000 },
  { name: "5.0", sizePerSecond: 589_824, pictureSize: 22_080, bitrateBps: 135_000_000 },
  { name: "5.1", sizePerSecond: 983_040, pictureSize: 36_864, bitrateBps: 240_000_000 },
  { name: "5.2", sizePerSecond: 2_073_600, pictureSize: 36_864, bitrateBps: 240_000_000 },
  { name: "6.2", sizePerSecond: 16_711_680, pictureSize: 139_264, bitrateBps: 800_000_000 },
].map(withLongestSide);

/** The lowest H.264 level that holds the target. */
export function h264Level(target: VideoTarget): string {
  const [width, height] = [Math.ceil(target.width / 16), Math.ceil(target.height / 16)];
  const pictureSize = width * height;
  const sizePerSecond = pictureSize * toNumber(target.frameRate);
  const { maxBitrateBps: bitrateBps } = target;
  return lowestLevel(levels, { pictureSize, sizePerSecond, bitrateBps, width, height });
}
