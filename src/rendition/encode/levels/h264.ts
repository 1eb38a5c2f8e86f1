import { toNumber } from "../../../media/rational.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";

interface Level {
  readonly name: string;
  readonly macroblocksPerSecond: number;
  readonly frameMacroblocks: number;
  /** Main profile ceiling; High allows a quarter more. */
  readonly bitrateBps: number;
}

/** ISO/IEC 14496-10 table A-1. */
const levels: readonly Level[] = [
  { name: "2.1", macroblocksPerSecond: 19_800, frameMacroblocks: 792, bitrateBps: 4_000_000 },
  { name: "3.0", macroblocksPerSecond: 40_500, frameMacroblocks: 1_620, bitrateBps: 10_000_000 },
  { name: "3.1", macroblocksPerSecond: 108_000, frameMacroblocks: 3_600, bitrateBps: 14_000_000 },
  { name: "3.2", macroblocksPerSecond: 216_000, frameMacroblocks: 5_120, bitrateBps: 20_000_000 },
  { name: "4.0", macroblocksPerSecond: 245_760, frameMacroblocks: 8_192, bitrateBps: 20_000_000 },
  { name: "4.2", macroblocksPerSecond: 522_240, frameMacroblocks: 8_704, bitrateBps: 50_000_000 },
  { name: "5.0", macroblocksPerSecond: 589_824, frameMacroblocks: 22_080, bitrateBps: 135_000_000 },
  { name: "5.1", macroblocksPerSecond: 983_040, frameMacroblocks: 36_864, bitrateBps: 240_000_000 },
  {
    name: "5.2",
    macroblocksPerSecond: 2_073_600,
    frameMacroblocks: 36_864,
    bitrateBps: 240_000_000,
  },
  {
    name: "6.2",
    macroblocksPerSecond: 16_711_680,
    frameMacroblocks: 139_264,
    bitrateBps: 800_000_000,
  },
];

/** The lowest H.264 level that holds the target. */
export function h264Level(target: VideoTarget): string {
  const macroblocks = Math.ceil(target.width / 16) * Math.ceil(target.height / 16);
  const perSecond = macroblocks * toNumber(target.frameRate);
  const widest = Math.max(Math.ceil(target.width / 16), Math.ceil(target.height / 16));
  const fits = levels.find(
    (level) =>
      macroblocks <= level.frameMacroblocks &&
      perSecond <= level.macroblocksPerSecond &&
      target.maxBitrateBps <= level.bitrateBps &&
      // No side may pass sqrt(8 · frame size), same table, note on PicWidthInMbs.
      widest <= Math.sqrt(level.frameMacroblocks * 8),
  );
  return fits?.name ?? "6.2";
}
