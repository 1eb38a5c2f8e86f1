import { bitsOf } from "./bit-cursor.ts";
import { u8At } from "./bytes-at.ts";
import type { DvbDepth } from "./dvb-colours.ts";
import { readDvbRun, skipDvbEnd, type DvbRun } from "./dvb-strings.ts";

/** What numbers of fewer bits are in the region's depth. */
interface Maps {
  readonly twoToFour: number[];
  readonly twoToEight: number[];
  readonly fourToEight: number[];
}

const defaultMaps = (): Maps => ({
  twoToFour: [0, 7, 8, 15],
  twoToEight: [0, 0x77, 0x88, 0xff],
  fourToEight: Array.from({ length: 16 }, (_, i) => 0x11 * i),
});

/** Where the pixels of a field go: columns and rows that there is place for, and what paints them. */
export interface DvbField {
  readonly width: number;
  readonly rows: number;
  readonly paint: (run: DvbRun, x: number, row: number) => void;
}

/**
 * The rows of one field of an object (ETSI EN 300 743, 7.2.5.1): strings of pixels of 2, 4 or 8 bits, tables that map
 * numbers of few bits to those of the region's depth, and ends of rows. `isNonModifying`: pixels of number 1 leave
 * what is there (libavcodec/dvbsubdec.c moves what follows them; here it stays in its place).
 */
export function readDvbField(
  block: Uint8Array,
  depth: DvbDepth,
  isNonModifying: boolean,
  { width, rows, paint }: DvbField,
): void {
  const maps = defaultMaps();
  let [x, row] = [0, 0];
  for (let at = 0; at < block.length && row < rows;) {
    const type = u8At(block, at);
    at += 1;
    if (type === 0xf0) [x, row] = [0, row + 1];
    else if (type >= 0x20 && type <= 0x22) at = readMap(maps, type, block, at);
    else if (type >= 0x10 && type <= 0x12) {
      const size = type === 0x10 ? 2 : type === 0x11 ? 4 : 8;
      // Numbers of more bits than the region's are none of its colours, and a full row takes no more.
      if (size > depth || x >= width) return;
      const map = mapOf(maps, size, depth);
      const bits = bitsOf(block, at);
      while (x < width && !bits.isAtEnd()) {
        const run = readDvbRun[size](bits);
        if (run === null) break;
        const length = Math.min(run.length, width - x);
        if (!isNonModifying || run.colour !== 1)
          paint({ length, colour: map?.[run.colour] ?? run.colour }, x, row);
        x += length;
      }
      if (x >= width) skipDvbEnd(bits, size);
      bits.align();
      at = bits.byteAt();
    }
  }
}

/** Reads the map's entries into it; gives where they end. */
function readMap(maps: Maps, type: number, block: Uint8Array, at: number): number {
  if (type === 0x20) {
    const bits = bitsOf(block, at);
    for (let i = 0; i < 4; i++) maps.twoToFour[i] = bits.read(4);
    return bits.byteAt();
  }
  const map = type === 0x21 ? maps.twoToEight : maps.fourToEight;
  for (let i = 0; i < map.length; i++) map[i] = u8At(block, at + i);
  return at + map.length;
}

function mapOf(maps: Maps, size: DvbDepth, depth: DvbDepth): readonly number[] | null {
  if (size === depth) return null;
  if (depth === 4) return maps.twoToFour;
  return size === 2 ? maps.twoToEight : maps.fourToEight;
}
