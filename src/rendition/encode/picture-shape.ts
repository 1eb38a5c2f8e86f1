import type { Orientation } from "../../media/source.ts";

/** A picture this close to a frame's shape fills it. */
const shapeTolerance = 0.01;

/**
 * Width and height for FFmpeg's `scale` (with `eval=frame`) that fit each picture into a frame by its own
 * shape, so that one whose size or sample aspect changes in mid-film is neither stretched nor cut.
 */
export function fitInto(width: number, height: number): string[] {
  // `dar` is the incoming picture's; commas inside an expression are quoted.
  const isAlike = `lt(abs(dar*${height}/${width}-1),${shapeTolerance})`;
  return [
    `w='if(${isAlike},${width},max(2,2*round(min(${width},${height}*dar)/2)))'`,
    `h='if(${isAlike},${height},max(2,2*round(min(${height},${width}/dar)/2)))'`,
    "eval=frame",
  ];
}

/** Black around what does not fill the frame. */
export function padTo(width: number, height: number): string {
  return `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:eval=frame`;
}

interface Turn {
  readonly filters: readonly string[];
  /** Whether width and height change places. */
  readonly isTransposed: boolean;
  /**
   * Where chroma must lie before turning to lie left in the middle afterwards, in 1/256 of a luma sample,
   * as `scale` counts; null for in the middle.
   */
  readonly chromaX: number | null;
  readonly chromaY: number | null;
}

/** FFmpeg's own choice of filters for a display matrix, from the plan instead of each picture. */
const turns: Readonly<Record<Orientation["rotationDegrees"], { plain: Turn; mirrored: Turn }>> = {
  0: { plain: flipped([], 0), mirrored: flipped(["vflip"], 0) },
  90: { plain: transposed("clock", 256), mirrored: transposed("cclock_flip", 0) },
  180: { plain: flipped(["hflip", "vflip"], 256), mirrored: flipped(["hflip"], 256) },
  270: { plain: transposed("cclock", 0), mirrored: transposed("clock_flip", 256) },
};

/** How pictures are turned upright. */
export function turn({ rotationDegrees, isMirrored }: Orientation): Turn {
  return turns[rotationDegrees][isMirrored ? "mirrored" : "plain"];
}

function flipped(filters: readonly string[], chromaX: number): Turn {
  return { filters, isTransposed: false, chromaX, chromaY: null };
}

function transposed(direction: string, chromaY: number): Turn {
  return { filters: [`transpose=${direction}`], isTransposed: true, chromaX: null, chromaY };
}
