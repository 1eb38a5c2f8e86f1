import { toNumber } from "../../../media/rational.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";
import { lowestLevel, type Level } from "./lowest-level.ts";

/** In samples, a second of those that are shown; bit rates of the main tier: AV1 specification, A.3, those levels that are defined. */
const levels: readonly Level[] = [
  level("2.0", 147_456, 2_048, 1_152, 4_423_680, 1.5),
  level("2.1", 278_784, 2_816, 1_584, 8_363_520, 3),
  level("3.0", 665_856, 4_352, 2_448, 19_975_680, 6),
  level("3.1", 1_065_024, 5_504, 3_096, 31_950_720, 10),
  level("4.0", 2_359_296, 6_144, 3_456, 70_778_880, 12),
  level("4.1", 2_359_296, 6_144, 3_456, 141_557_760, 20),
  level("5.0", 8_912_896, 8_192, 4_352, 267_386_880, 30),
  level("5.1", 8_912_896, 8_192, 4_352, 534_773_760, 40),
  level("5.2", 8_912_896, 8_192, 4_352, 1_069_547_520, 60),
  level("6.0", 35_651_584, 16_384, 8_704, 1_069_547_520, 60),
  level("6.1", 35_651_584, 16_384, 8_704, 2_139_095_040, 100),
  level("6.2", 35_651_584, 16_384, 8_704, 4_278_190_080, 160),
];

function level(
  name: string,
  pictureSize: number,
  width: number,
  height: number,
  sizePerSecond: number,
  megabits: number,
): Level {
  return { name, pictureSize, width, height, sizePerSecond, bitrateBps: megabits * 1e6 };
}

/** The lowest AV1 level of the main tier that holds the target. */
export function av1Level({ width, height, frameRate, maxBitrateBps }: VideoTarget): string {
  const pictureSize = width * height;
  const sizePerSecond = pictureSize * toNumber(frameRate);
  const asked = { pictureSize, sizePerSecond, bitrateBps: maxBitrateBps, width, height };
  return lowestLevel(levels, asked);
}
