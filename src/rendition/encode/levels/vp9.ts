import { toNumber } from "../../../media/rational.ts";
import { vp9Levels } from "../../../media/vp9-levels.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";
import { lowestLevel } from "./lowest-level.ts";

const levels = vp9Levels.map(
  ({ name, samplesPerSecond, pictureSamples, bitrateBps, longestSide }) => ({
    ...{ name, pictureSize: pictureSamples, sizePerSecond: samplesPerSecond, bitrateBps },
    ...{ width: longestSide, height: longestSide },
  }),
);

/** The lowest VP9 level that holds the target. */
export function vp9Level({ width, height, frameRate, maxBitrateBps }: VideoTarget): string {
  const pictureSize = width * height;
  const sizePerSecond = pictureSize * toNumber(frameRate);
  const asked = { pictureSize, sizePerSecond, bitrateBps: maxBitrateBps, width, height };
  return lowestLevel(levels, asked);
}
