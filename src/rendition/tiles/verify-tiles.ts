import { sheetSize } from "./tiles-size.ts";
import type { TilesRendition } from "./tiles-rendition.ts";

/**
 * Why bytes are not a sheet of a storyboard, as sentences; none when they are: a baseline JPEG of the sheet's size,
 * whole to its last byte (ITU-T T.81, B.1 and B.2). Safe on any bytes.
 */
export function verifyTiles(bytes: Uint8Array, { recipe }: TilesRendition): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== marker.start) return ["the sheet is no JPEG"];
  if (view.getUint16(bytes.length - 2) !== marker.end) return ["the sheet is cut short"];
  const frame = findFrame(view);
  if (frame === null) return ["the JPEG has no picture"];
  const expected = sheetSize(recipe);
  const isRight = frame.width === expected.width && frame.height === expected.height;
  const [want, got] = [expected, frame].map(({ width, height }) => `${width}×${height}`);
  return isRight ? [] : [`sheet's size: expected ${want}, got ${got}`];
}

const marker = { start: 0xffd8, end: 0xffd9, baseline: 0xffc0, scan: 0xffda } as const;

/** The frame header, where a scan follows it; null where the segments of the file do not lead to both. */
function findFrame(view: DataView): { readonly width: number; readonly height: number } | null {
  let found: { readonly width: number; readonly height: number } | null = null;
  for (let at = 2; at + 4 <= view.byteLength;) {
    const kind = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (kind >> 8 !== 0xff || length < 2) return null;
    if (kind === marker.scan) return found;
    if (kind === marker.baseline && at + 9 <= view.byteLength) {
      found = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + length;
  }
  return null;
}
