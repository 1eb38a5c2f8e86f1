import { formatRational } from "../media/rational.ts";
import type { VideoRecipe } from "../media/recipe.ts";
import type { Grid } from "../media/timeline.ts";

/** The frames `[startFrame, endFrame)` of a grid, on the source's clock. */
export interface PictureRange {
  readonly startFrame: number;
  readonly endFrame: number;
  /** The source's clock at the content's zero, microseconds. */
  readonly originMicroseconds: number;
  /** How long the last picture may be held when the source has no more, seconds; Infinity for ever. */
  readonly holdSeconds: number;
}

/**
 * Filters that put decoded pictures on the grid and cut out a range of it. Works on absolute time (FFmpeg
 * runs with `-copyts`), so which picture stands at a grid position never depends on where a run began.
 */
export function gridFilters(
  grid: Grid,
  range: PictureRange,
  treatment: VideoRecipe["treatment"],
): string[] {
  const fromStart = range.startFrame === 0;
  const hold =
    range.holdSeconds === Infinity ? "stop=-1" : `stop_duration=${range.holdSeconds.toFixed(3)}`;
  return [
    shift("setpts", range.originMicroseconds),
    ...(treatment.deinterlace ? ["bwdif=mode=send_frame:deint=all"] : []),
    // start_time repeats the first picture back to zero; elsewhere nothing may be invented at the front.
    `fps=fps=${formatRational(grid.frameRate)}${fromStart ? ":start_time=0" : ""}`,
    `tpad=stop_mode=clone:${hold}`,
    `trim=start_pts=${range.startFrame}:end_pts=${range.endFrame}`,
  ];
}

/** Filters that bring pictures to a recipe's size and colour. */
export function shapeFilters(recipe: VideoRecipe): string[] {
  return [
    ...(recipe.treatment.toneMap ? toneMapFilters : []),
    `scale=${recipe.width}:${recipe.height}:flags=bicubic:out_range=tv`,
    "setsar=1",
    "format=yuv420p",
  ];
}

/** Moves time stamps so that the content's zero is 0. */
export function shift(filter: "setpts" | "asetpts", originMicroseconds: number): string {
  return `${filter}=PTS-(${originMicroseconds}/1000000)/TB`;
}

/** HDR10 or HLG to SDR BT.709, Hable curve: what FFmpeg's own documentation of tonemap gives. */
const toneMapFilters = [
  "zscale=t=linear:npl=100",
  "format=gbrpf32le",
  "zscale=p=bt709",
  "tonemap=tonemap=hable:desat=0",
  "zscale=t=bt709:m=bt709:r=tv",
  "format=yuv420p",
];
