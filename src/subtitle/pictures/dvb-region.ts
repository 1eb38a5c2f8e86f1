import { u16At, u8At } from "./bytes-at.ts";
import type { DvbClut, DvbDepth } from "./dvb-colours.ts";
import { readDvbField } from "./dvb-pixels.ts";
import { frameOn, paintRun, type Sheet } from "./sheet.ts";

/** An object's two fields, painted into a region. */
interface DvbPaint {
  readonly x: number;
  readonly y: number;
  readonly fields: readonly [Uint8Array, Uint8Array];
  readonly depth: DvbDepth;
  readonly isNonModifying: boolean;
}

/** A part of the page with pixels of its own, which stay until they are painted over. */
export interface DvbRegion {
  readonly width: number;
  readonly height: number;
  readonly depth: DvbDepth;
  readonly clutId: number;
  readonly background: number;
  readonly objects: readonly { readonly id: number; readonly x: number; readonly y: number }[];
  /** Since it was filled with its background; only added to. */
  readonly paints: DvbPaint[];
}

const mostObjects = 64;
/** Of a region that nobody fills anew; what would be painted after them is left out. */
const mostPaints = 256;

/** A region segment's body; pixels of `before` stay where it is not filled anew and its size is the same. */
export function readDvbRegion(body: Uint8Array, before: DvbRegion | undefined): DvbRegion | null {
  const [width, height] = [u16At(body, 2), u16At(body, 4)];
  if (body.length < 10 || width === 0 || height === 0) return null;
  const code = (u8At(body, 6) >> 2) & 7;
  const depth = code === 1 ? 2 : code === 3 ? 8 : 4;
  const low = u8At(body, 9);
  const background = { 2: (low >> 2) & 3, 4: low >> 4, 8: u8At(body, 8) }[depth];
  const isFilled = (u8At(body, 1) & 8) !== 0;
  const isKept = !isFilled && before?.width === width && before.height === height;
  return {
    ...{ width, height, depth, clutId: u8At(body, 7), objects: objectsOf(body) },
    background: isKept ? before.background : background,
    paints: isKept ? before.paints : [],
  };
}

function objectsOf(body: Uint8Array): DvbRegion["objects"] {
  const objects: { id: number; x: number; y: number }[] = [];
  for (let at = 10; at + 6 <= body.length && objects.length < mostObjects;) {
    const type = u8At(body, at + 2) >> 6;
    objects.push({
      id: u16At(body, at),
      x: u16At(body, at + 2) & 0xfff,
      y: u16At(body, at + 4) & 0xfff,
    });
    // Objects of text bring two colours.
    at += type === 1 || type === 2 ? 8 : 6;
  }
  return objects;
}

/** An object segment's body, for a region that may have the object in it, once or more. */
export function paintDvbObject(region: DvbRegion, body: Uint8Array): void {
  const id = u16At(body, 0);
  const flags = u8At(body, 2);
  // All but pixels: text in the receiver's letters, and what came later.
  if (body.length < 7 || ((flags >> 2) & 3) !== 0) return;
  const topEnd = 7 + u16At(body, 3);
  const bottomLength = u16At(body, 5);
  const top = body.subarray(7, topEnd);
  // Without a bottom field the top one is shown twice.
  const bottom = bottomLength === 0 ? top : body.subarray(topEnd, topEnd + bottomLength);
  for (const { x, y } of region.objects.filter((object) => object.id === id)) {
    if (region.paints.length >= mostPaints) return;
    const isNonModifying = (flags & 2) !== 0;
    region.paints.push({ x, y, fields: [top, bottom], depth: region.depth, isNonModifying });
  }
}

/** A region as it stands on a page at a moment. */
export interface PlacedDvbRegion {
  readonly x: number;
  readonly y: number;
  readonly region: DvbRegion;
  /** How many of the region's paints had been made. */
  readonly paintCount: number;
  readonly clut: DvbClut;
}

/** Draws regions one over the other; of data that never ends a part, so that time does. */
export function drawDvbRegions(sheet: Sheet, placed: readonly PlacedDvbRegion[]): void {
  let restBytes = mostBytes;
  for (const { x: left, y: top, region, paintCount, clut } of placed) {
    const { width, height, background, depth, paints } = region;
    const frame = frameOn(sheet.canvas, { x: left, y: top, width, height });
    const words = clut[depth];
    for (let y = frame.top; y < frame.bottom; y++)
      paintRun(sheet, frame, { x: left, y, length: width }, words[background] ?? 0);
    for (const { x, y, fields, isNonModifying, ...painted } of paints.slice(0, paintCount)) {
      restBytes -= fields[0].length + fields[1].length;
      if (restBytes < 0) return;
      for (const [parity, block] of fields.entries())
        readDvbField(block, painted.depth, isNonModifying, {
          width: width - x,
          rows: Math.ceil((height - y - parity) / 2),
          paint: ({ length, colour }, column, row) =>
            paintRun(
              sheet,
              frame,
              { x: left + x + column, y: top + y + parity + 2 * row, length },
              words[colour] ?? 0,
            ),
        });
    }
  }
}

/** Decoders have buffers of 320 KiB for the pixels of a page (ETSI EN 300 743, 5). */
const mostBytes = 2 ** 21;
