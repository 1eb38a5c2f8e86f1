import { isHdr } from "../media/color.ts";
import type { VideoRendition } from "./methods.ts";

/** By how few bits a codec needs. */
const sparing = ["h264", "vp9", "hevc", "av1"];

/**
 * How much rather a player that plays several ladders of one film should take a rendition's: the original's before all,
 * then those of HDR, then by codec. Equal for all of one ladder.
 */
export function pictureRank(rendition: VideoRendition, all: readonly VideoRendition[]): number {
  const { codec } = rendition.recipe;
  const isOriginals = all.some((each) => each.method === "copy" && each.recipe.codec === codec);
  const { recipe } = rendition;
  const isDeep = rendition.method === "encode" && isHdr(rendition.recipe.color.transfer);
  return (isOriginals ? 20 : 0) + (isDeep ? 10 : 0) + Math.max(0, sparing.indexOf(recipe.codec));
}
