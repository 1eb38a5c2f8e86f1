import type { Triple } from "./colour.ts";
import { patchColours } from "./test-card.ts";

/** One picture of 8-bit 4:2:0 planes. */
export interface Planes {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that is not black bars: rows and columns as dark as black from the edges inwards. */
export function cardArea({ bytes, width, height }: Planes): Area {
  const darkBelow = 23;
  const rowIsDark = (y: number): boolean => {
    let sum = 0;
    for (let x = 0; x < width; x++) sum += bytes[y * width + x] ?? 0;
    return sum / width < darkBelow;
  };
  const columnIsDark = (x: number): boolean => {
    let sum = 0;
    for (let y = 0; y < height; y++) sum += bytes[y * width + x] ?? 0;
    return sum / height < darkBelow;
  };
  let [top, bottom, left, right] = [0, height, 0, width];
  while (top < bottom - 1 && rowIsDark(top)) top++;
  while (bottom > top + 1 && rowIsDark(bottom - 1)) bottom--;
  // Columns are darker by the bars above and below them.
  while (left < right - 1 && columnIsDark(left)) left++;
  while (right > left + 1 && columnIsDark(right - 1)) right--;
  return { left, top, width: right - left, height: bottom - top };
}

/** The luma of an area alone. */
export function lumaOf({ bytes, width }: Planes, area: Area): Uint8Array {
  if (area.width === width) {
    return bytes.subarray(area.top * width, (area.top + area.height) * width);
  }
  const cut = new Uint8Array(area.width * area.height);
  for (let y = 0; y < area.height; y++) {
    const from = (area.top + y) * width + area.left;
    cut.set(bytes.subarray(from, from + area.width), y * area.width);
  }
  return cut;
}

/** Mean code values (8-bit Y', Cb, Cr) of the middle of each patch. */
export function readPatches(picture: Planes, area: Area): Triple[] {
  const { bytes, width, height } = picture;
  const [chromaWidth, chromaHeight] = [(width + 1) >> 1, (height + 1) >> 1];
  const mean = (start: number, stride: number, scale: number, column: number): number => {
    const x0 = Math.round((area.left + ((column + 0.3) * area.width) / 8) * scale);
    const x1 = Math.max(
      x0 + 1,
      Math.round((area.left + ((column + 0.7) * area.width) / 8) * scale),
    );
    const y0 = Math.round((area.top + 0.36 * area.height) * scale);
    const y1 = Math.max(y0 + 1, Math.round((area.top + 0.5 * area.height) * scale));
    let sum = 0;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) sum += bytes[start + y * stride + x] ?? 0;
    }
    return sum / ((x1 - x0) * (y1 - y0));
  };
  const samples = width * height;
  return patchColours.map((_, column) => [
    mean(0, width, 1, column),
    mean(samples, chromaWidth, 0.5, column),
    mean(samples + chromaWidth * chromaHeight, chromaWidth, 0.5, column),
  ]);
}

/** Width over height, in samples, of the white box; null where none is seen. */
export function boxAspect(luma: Uint8Array, width: number, height: number): number | null {
  // The middle of the box is white whatever its shape; its edges lie where brightness is halfway.
  const at = (x: number, y: number): number => luma[Math.round(y) * width + Math.round(x)] ?? 0;
  const [x, y] = [0.62 * width, 0.68 * height];
  const white = at(x, y);
  const dark = at(0.02 * width, 0.97 * height);
  if (white - dark < 60) return null;
  const middle = (white + dark) / 2;
  const edge = (value: (i: number) => number, from: number, step: 1 | -1, end: number): number => {
    let i = Math.round(from);
    while (i !== end && value(i) > middle) i += step;
    const [inside, outside] = [value(i - step), value(i)];
    const part = inside === outside ? 0 : (inside - middle) / (inside - outside);
    return i - step + step * part;
  };
  const across = (i: number): number => at(i, y);
  const down = (i: number): number => at(x, i);
  const wide = edge(across, x, 1, width) - edge(across, x, -1, -1);
  const tall = edge(down, y, 1, height) - edge(down, y, -1, -1);
  return tall > 0 ? wide / tall : null;
}
