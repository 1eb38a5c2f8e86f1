import { formatRational, type Rational } from "../../media/rational.ts";
import type { DeviceFilters } from "../../plugin/sdk.ts";
import { encodedFormat, type CodedPictures, type VideoRecipe } from "../../plugin/video-recipe.ts";
import {
  convertFilters,
  readingOptions,
  rereadingOptions,
  writingOptions,
} from "./color-filters.ts";
import { fitInto, padTo, turn } from "./picture-shape.ts";

/** The frames `[startFrame, endFrame)` of a constant rate, on the source's clock. */
export interface PictureRange {
  readonly startFrame: number;
  readonly endFrame: number;
  /** The source's clock at the content's zero, microseconds. */
  readonly originMicroseconds: number;
  /** How long the last picture may be held when the source has no more, seconds; Infinity for ever. */
  readonly holdSeconds: number;
  /** Nothing is shown yet where the range begins: it is read from the start, and the first picture held. */
  readonly isBeforePictures: boolean;
}

/**
 * Filters that put decoded pictures on the grid and cut out a range of it. Works on absolute time (FFmpeg
 * runs with `-copyts`), so which picture stands at a grid position never depends on where a run began, nor on where the
 * pictures lie: `device` for those that stay on one.
 */
export function gridFilters(
  frameRate: Rational,
  range: PictureRange,
  treatment: VideoRecipe["treatment"],
  device: DeviceFilters | null = null,
): string[] {
  const fromStart = range.startFrame === 0 || range.isBeforePictures;
  const hold =
    range.holdSeconds === Infinity ? "stop=-1" : `stop_duration=${range.holdSeconds.toFixed(3)}`;
  return [
    shift(range.originMicroseconds),
    ...(treatment.captions === undefined ? [] : [removeCaptions]),
    ...deinterlaceFilters(treatment.deinterlace, device),
    // start_time repeats the first picture back to zero; behind it nothing may be invented at the front.
    `fps=fps=${formatRational(frameRate)}${fromStart ? ":start_time=0" : ""}`,
    // It takes pictures in memory alone; see `toRunSteps`.
    ...(device === null ? [`tpad=stop_mode=clone:${hold}`] : []),
    `trim=start_pts=${range.startFrame}:end_pts=${range.endFrame}`,
  ];
}

/** Some encoders write what comes with a picture into it, and players would list it beside the text of the same words. */
const removeCaptions = "sidedata=mode=delete:type=A53_CC";

/** A deinterlacer looks at several pictures at once: all must be of one size and pixel format. */
function deinterlaceFilters(
  pictures: CodedPictures | null,
  device: DeviceFilters | null,
): readonly string[] {
  if (pictures === null) return [];
  if (device !== null) return device.deinterlace;
  const { width, height, pixelFormat } = pictures;
  const fixed = [`scale=${width}:${height}:interl=-1:flags=bicubic`, `format=${pixelFormat}`];
  return [...fixed, "bwdif=mode=send_frame:deint=all"];
}

/**
 * Filters that bring pictures to a recipe's size, shape and colour. The first one takes pictures of any
 * size and pixel format, changing in mid-film too; what follows it always gets the same ones.
 */
export function shapeFilters(
  recipe: Pick<VideoRecipe, "width" | "height" | "color" | "treatment" | "bitDepth">,
): string[] {
  const { sourceColor: source, conversion, orientation } = recipe.treatment;
  const upright = turn(orientation);
  const [width, height] = upright.isTransposed
    ? [recipe.height, recipe.width]
    : [recipe.width, recipe.height];
  // Of its short cuts from RGB one knows no other matrix than its own and rounds all grey towards green.
  const flags = source.isRgb ? "flags=bicubic+accurate_rnd" : "flags=bicubic";
  const scale = (...options: string[]): string =>
    `scale=${[...fitInto(width, height), flags, ...readingOptions(source), ...options].join(":")}`;
  const turned = [padTo(width, height), ...upright.filters];
  const end = ["setsar=1", `format=${encodedFormat(recipe)}`];
  const writing = writingOptions(recipe.color.matrix);
  if (conversion !== "matrix") {
    const converted = convertFilters(source, recipe.color, recipe.treatment.peakNits);
    const deep = source.isRgb ? "gbrp16le" : "yuv444p16le";
    const reading = rereadingOptions(recipe.color.matrix);
    const exact = "flags=bicubic+accurate_rnd";
    const subsample = [exact, ...reading, ...writing, "out_h_chr_pos=0"].join(":");
    const shaped = [scale("out_range=tv"), `format=${deep}`, ...turned];
    return [...shaped, ...converted, `scale=${subsample}`, ...end];
  }
  if (source.chromaLocation !== "left") {
    // Only what is scaled is moved: pictures of the right size would keep their chroma where it is.
    const reading = rereadingOptions(recipe.color.matrix);
    const subsample = ["flags=bicubic", ...reading, ...writing, "out_h_chr_pos=0"].join(":");
    const whole = recipe.bitDepth === 10 ? "yuv444p10le" : "yuv444p";
    return [scale(...writing), `format=${whole}`, ...turned, `scale=${subsample}`, ...end];
  }
  const { chromaX, chromaY } = upright;
  const position = [
    ...(chromaX === null ? [] : [`out_h_chr_pos=${chromaX}`]),
    ...(chromaY === null ? [] : [`out_v_chr_pos=${chromaY}`]),
  ];
  const format = `format=${encodedFormat(recipe)}`;
  return [scale(...writing, ...position), format, ...turned, ...end];
}

/** Moves time stamps so that the content's zero is 0. */
function shift(originMicroseconds: number): string {
  return `setpts=PTS-(${originMicroseconds}/1000000)/TB`;
}
