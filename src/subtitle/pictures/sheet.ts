import type { PictureCanvas } from "./picture-events.ts";

/** A canvas being drawn on. Pixels are words whose bytes in memory are R, G, B, A (see `rgbaWord`). */
export interface Sheet {
  readonly canvas: PictureCanvas;
  readonly words: Uint32Array<ArrayBuffer>;
}

/** The part of a sheet that may be painted, from left and top up to, not including, right and bottom. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const longestSide = 8192;
/** Pictures of 8K at most: with longest sides both ways a canvas would take 256 MiB. */
const largestArea = 8192 * 4608;

/** The first of the sizes that a canvas can have; what packets say may be anything. */
export function saneCanvas(...sizes: readonly (PictureCanvas | null)[]): PictureCanvas | null {
  return (
    sizes.find(
      (size) =>
        size !== null &&
        isSide(size.width) &&
        isSide(size.height) &&
        size.width * size.height <= largestArea,
    ) ?? null
  );
}

const isSide = (length: number): boolean =>
  Number.isInteger(length) && length > 0 && length <= longestSide;

/** Opens a transparent sheet, has it painted, and gives its bytes. */
export function drawSheet(canvas: PictureCanvas, paint: (sheet: Sheet) => void): Uint8Array {
  const words = new Uint32Array(canvas.width * canvas.height);
  paint({ canvas, words });
  return new Uint8Array(words.buffer);
}

/** What of a rectangle lies on the canvas; may be nothing. */
export function frameOn(
  { width, height }: PictureCanvas,
  rectangle: { x: number; y: number; width: number; height: number },
): Frame {
  return {
    left: Math.max(0, rectangle.x),
    top: Math.max(0, rectangle.y),
    right: Math.min(width, rectangle.x + rectangle.width),
    bottom: Math.min(height, rectangle.y + rectangle.height),
  };
}

/** Paints pixels of one row, those inside the frame. What was there is replaced, by transparent pixels too. */
export function paintRun(
  { canvas, words }: Sheet,
  frame: Frame,
  run: { x: number; y: number; length: number },
  word: number,
): void {
  if (run.y < frame.top || run.y >= frame.bottom) return;
  const from = Math.max(run.x, frame.left);
  const to = Math.min(run.x + run.length, frame.right);
  const row = run.y * canvas.width;
  if (to > from) words.fill(word, row + from, row + to);
}
