import { toNumber } from "../../../media/rational.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";

interface Level {
  readonly name: string;
  readonly pictureSamples: number;
  readonly samplesPerSecond: number;
  /** Main tier. */
  readonly bitrateBps: number;
}

/** ISO/IEC 23008-2, tables A.8 and A.9. */
const levels: readonly Level[] = [
  { name: "2.1", pictureSamples: 245_760, samplesPerSecond: 7_372_800, bitrateBps: 3_000_000 },
  { name: "3.0", pictureSamples: 552_960, samplesPerSecond: 16_588_800, bitrateBps: 6_000_000 },
  { name: "3.1", pictureSamples: 983_040, samplesPerSecond: 33_177_600, bitrateBps: 10_000_000 },
  { name: "4.0", pictureSamples: 2_228_224, samplesPerSecond: 66_846_720, bitrateBps: 12_000_000 },
  { name: "4.1", pictureSamples: 2_228_224, samplesPerSecond: 133_693_440, bitrateBps: 20_000_000 },
  { name: "5.0", pictureSamples: 8_912_896, samplesPerSecond: 267_386_880, bitrateBps: 25_000_000 },
  { name: "5.1", pictureSamples: 8_912_896, samplesPerSecond: 534_773_760, bitrateBps: 40_000_000 },
  {
    name: "5.2",
    pictureSamples: 8_912_896,
    samplesPerSecond: 1_069_547_520,
    bitrateBps: 60_000_000,
  },
  {
    name: "6.0",
    pictureSamples: 35_651_584,
    samplesPerSecond: 1_069_547_520,
    bitrateBps: 60_000_000,
  },
  {
    name: "6.1",
    pictureSamples: 35_651_584,
    samplesPerSecond: 2_139_095_040,
    bitrateBps: 120_000_000,
  },
  {
    name: "6.2",
    pictureSamples: 35_651_584,
    samplesPerSecond: 4_278_190_080,
    bitrateBps: 240_000_000,
  },
];

/** The lowest HEVC level of the main tier that holds the target. */
export function hevcLevel({ width, height, frameRate, maxBitrateBps }: VideoTarget): string {
  // Coded in blocks of eight samples, the smallest that any encoder here takes.
  const samples = Math.ceil(width / 8) * 8 * Math.ceil(height / 8) * 8;
  const fits = levels.find(
    (level) =>
      samples <= level.pictureSamples &&
      samples * toNumber(frameRate) <= level.samplesPerSecond &&
      maxBitrateBps <= level.bitrateBps &&
      // A.4.1: no side may pass sqrt(8 · picture size).
      Math.max(width, height) <= Math.sqrt(level.pictureSamples * 8),
  );
  return fits?.name ?? "6.2";
}
