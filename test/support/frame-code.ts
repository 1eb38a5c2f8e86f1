/**
 * A picture number that can be read back out of decoded samples: a strip along the top, 16 columns wide
 * (bit 0 at the left) and two rows tall. The upper row shows the bits, the lower one their complement,
 * so that reading needs no threshold and survives scaling, lossy coding and a change of range.
 */
const columns = 16;
const rows = 2;
/** Part of the picture's height that one row takes. */
const rowHeight = 0.1;

/** FFmpeg filter graph that makes the strip for a picture of this size at this rate, without end. */
export function frameCodeFilter(width: number, height: number, rate: string): string {
  const bit = "mod(floor(N/pow(2,X)),2)";
  const strip = `${width}:${2 * Math.round((rows * rowHeight * height) / 2)}`;
  return `color=black:size=${columns}x${rows}:rate=${rate},format=gray,geq=lum='30+200*abs(${bit}-Y)',scale=${strip}:flags=neighbor,format=yuv420p`;
}

/** The number in a grey picture; null when a column is not clearly one or the other. */
export function readFrameCode(grey: Uint8Array, width: number, height: number): number | null {
  let number = 0;
  for (let column = 0; column < columns; column++) {
    const upper = cellMean(grey, width, height, column, 0);
    const lower = cellMean(grey, width, height, column, 1);
    if (Math.abs(upper - lower) < 60) return null;
    if (upper > lower) number += 2 ** column;
  }
  return number;
}

/** Mean of the middle of a cell: its edges are blurred by scaling. */
function cellMean(
  grey: Uint8Array,
  width: number,
  height: number,
  column: number,
  row: number,
): number {
  const left = Math.round(((column + 0.3) * width) / columns);
  const right = Math.max(left + 1, Math.round(((column + 0.7) * width) / columns));
  const top = Math.round((row + 0.3) * rowHeight * height);
  const bottom = Math.max(top + 1, Math.round((row + 0.7) * rowHeight * height));
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) sum += grey[y * width + x] ?? 0;
  }
  return sum / ((right - left) * (bottom - top));
}
