import type { Color } from "../../../media/color.ts";
import { writingOptions } from "../color-filters.ts";
import type { PictureSize } from "./burnt-subtitles.ts";

/** Text that is drawn into a run's pictures. */
export interface TextToBurn {
  readonly of: "text";
  /** Absolute, of a Matroska file of ASS on the content's clock. */
  readonly path: string;
  /** Absolute; null where the film brings no fonts along. */
  readonly fontsFolder: string | null;
  /** See BurntText. */
  readonly warmUpFrames: readonly number[];
  /** The film's pictures as they are shown: what outlines and shadows are meant for. */
  readonly shown: PictureSize;
}

/** Pictures that are laid over a run's pictures. */
export interface PicturesToBurn {
  readonly of: "pictures";
  /** Absolute, of a Matroska file of PNG on the content's clock. */
  readonly path: string;
  /** Of the pictures in that file. */
  readonly canvas: PictureSize;
  /** Whether the canvas is the film's frame, whatever shape its samples have. */
  readonly fills: boolean;
}

export type SubtitlesToBurn = TextToBurn | PicturesToBurn;

/**
 * Filters that draw text into pictures of one size whose time stamps are frames from the content's zero. What was
 * drawn before the first of them is drawn again, into copies of it that are thrown away.
 */
export function textFilters({ path, fontsFolder, warmUpFrames, shown }: TextToBurn): string[] {
  const options = [
    `filename=${filterValue(path)}`,
    `original_size=${shown.width}x${shown.height}`,
    ...(fontsFolder === null ? [] : [`fontsdir=${filterValue(fontsFolder)}`]),
  ];
  const draw = `subtitles=${options.join(":")}`;
  const count = warmUpFrames.length;
  if (count === 0) return [draw];
  const time = warmUpFrames.reduceRight(
    (otherwise, frame, i) => `if(eq(N,${i}),${frame},${otherwise})`,
    `PTS-${count}`,
  );
  return [
    `tpad=start=${count}:start_mode=clone`,
    `setpts='${time}'`,
    draw,
    `trim=start_frame=${count}`,
  ];
}

/** Where a canvas lies in a frame, in the frame's samples: it fills it, or is fitted into its middle. */
function placeOf(
  { canvas, fills }: Pick<PicturesToBurn, "canvas" | "fills">,
  frame: PictureSize,
): PictureSize & { readonly x: number; readonly y: number } {
  const wide = frame.width / canvas.width;
  const high = frame.height / canvas.height;
  if (fills || Math.abs(wide / high - 1) < shapeTolerance) return { x: 0, y: 0, ...frame };
  const scale = Math.min(wide, high);
  const even = (value: number): number => 2 * Math.round(value / 2);
  const [width, height] = [even(canvas.width * scale), even(canvas.height * scale)];
  return {
    x: even((frame.width - width) / 2),
    y: even((frame.height - height) / 2),
    width,
    height,
  };
}
const shapeTolerance = 0.01;

/** A filter graph's part that brings the pictures to a frame's size and colour, and where they are laid over it. */
export function overlayFilters(
  pictures: PicturesToBurn,
  frame: PictureSize,
  matrix: Color["matrix"],
): { readonly prepare: string[]; readonly overlay: string } {
  const { x, y, width, height } = placeOf(pictures, frame);
  return {
    prepare: [
      // What cannot be seen has a colour too, and must not bleed into the edges.
      ...["format=gbrap", "premultiply=inplace=1"],
      `scale=${width}:${height}:flags=bicubic`,
      ...["unpremultiply=inplace=1", "format=gbrap"],
      `scale=${writingOptions(matrix).join(":")}`,
      "format=yuva420p",
    ],
    overlay: `overlay=x=${x}:y=${y}:format=yuv420:eof_action=repeat`,
  };
}

/** A value for a filter's option inside a filter graph: quoted once for the option, and once for the graph. */
function filterValue(text: string): string {
  const option = text.replaceAll(/[\\':]/g, String.raw`\$&`);
  return option.replaceAll(/[\\'[\],;]/g, String.raw`\$&`);
}
