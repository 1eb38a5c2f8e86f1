import { toNumber, type Rational } from "../media/rational.ts";

/**
 * Sound that begins less than this before the pictures begins with them, seconds. Encoders' priming is as short
 * (21 to 65 ms of AAC, with what Matroska's clock adds), and a player stumbles over a content whose pictures
 * begin late.
 */
const shortestLead = 0.1;

/**
 * The content's zero on the source's clock, seconds: the first picture, or where sound begins earlier a whole
 * number of frames before it, so that all of the sound is there. The first picture falls exactly on the raster of
 * frames: half a frame off it, rounded time stamps would flip between two positions, and pictures be doubled
 * and dropped. Sound moves along, so both stay together. `pictureStart` is null for a film without pictures.
 */
export function contentOrigin(
  pictureStart: number | null,
  soundStarts: readonly number[],
  frameRate: Rational,
): number {
  const earliest = Math.min(...soundStarts, pictureStart ?? Infinity);
  if (pictureStart === null) return earliest;
  const lead = pictureStart - earliest;
  if (lead < shortestLead) return pictureStart;
  const rate = toNumber(frameRate);
  return pictureStart - Math.ceil(lead * rate - 1e-6) / rate;
}
