import type { BitCursor } from "./bit-cursor.ts";
import type { DvbDepth } from "./dvb-colours.ts";

/** So many pixels of one colour number. */
export interface DvbRun {
  readonly length: number;
  readonly colour: number;
}

/** The next run of a string of pixels (ETSI EN 300 743, 7.2.5.2), null where it ends; by bits of a pixel. */
export const readDvbRun: Readonly<Record<DvbDepth, (bits: BitCursor) => DvbRun | null>> = {
  2: (bits) => {
    const colour = bits.read(2);
    if (colour !== 0) return { length: 1, colour };
    if (bits.read(1) === 1) return { length: bits.read(3) + 3, colour: bits.read(2) };
    if (bits.read(1) === 1) return { length: 1, colour: 0 };
    switch (bits.read(2)) {
      case 1:
        return { length: 2, colour: 0 };
      case 2:
        return { length: bits.read(4) + 12, colour: bits.read(2) };
      case 3:
        return { length: bits.read(8) + 29, colour: bits.read(2) };
      default:
        return null;
    }
  },
  4: (bits) => {
    const colour = bits.read(4);
    if (colour !== 0) return { length: 1, colour };
    if (bits.read(1) === 0) {
      const length = bits.read(3);
      return length === 0 ? null : { length: length + 2, colour: 0 };
    }
    if (bits.read(1) === 0) return { length: bits.read(2) + 4, colour: bits.read(4) };
    switch (bits.read(2)) {
      case 0:
        return { length: 1, colour: 0 };
      case 1:
        return { length: 2, colour: 0 };
      case 2:
        return { length: bits.read(4) + 9, colour: bits.read(4) };
      default:
        return { length: bits.read(8) + 25, colour: bits.read(4) };
    }
  },
  8: (bits) => {
    const colour = bits.read(8);
    if (colour !== 0) return { length: 1, colour };
    const hasColour = bits.read(1) === 1;
    const length = bits.read(7);
    if (hasColour) return { length, colour: bits.read(8) };
    return length === 0 ? null : { length, colour: 0 };
  },
};

/** The code that ends a string whose row is full already. */
export function skipDvbEnd(bits: BitCursor, bitsOfPixel: DvbDepth): void {
  bits.read(bitsOfPixel === 2 ? 6 : 8);
  // That of 8 bits has two bytes; some leave the second out.
  if (bitsOfPixel === 8 && bits.peek(8) === 0) bits.read(8);
}
