import { bitsOf, type BitCursor } from "./bit-cursor.ts";
import { frameOn, paintRun, type Sheet } from "./sheet.ts";
import type { VobsubArea } from "./vobsub-unit.ts";

/** Paints both fields of a bitmap from their run lengths; rows that are missing stay as they were. */
export function paintVobsub(
  sheet: Sheet,
  unit: Uint8Array,
  area: VobsubArea,
  fields: readonly [number, number],
  words: readonly number[],
): void {
  const frame = frameOn(sheet.canvas, area);
  for (const [first, from] of fields.entries()) {
    const bits = bitsOf(unit, from);
    for (let row = first; row < area.height && !bits.isAtEnd(); row += 2) {
      for (let column = 0; column < area.width && !bits.isAtEnd();) {
        const { length, colour } = readRun(bits);
        const run = {
          x: area.x + column,
          y: area.y + row,
          length: Math.min(length, area.width - column),
        };
        paintRun(sheet, frame, run, words[colour] ?? 0);
        column += run.length;
      }
      bits.align();
    }
  }
}

/** One to four digits of four bits: a length, and a colour in the last two bits. Length 0: to the row's end. */
function readRun(bits: BitCursor): { length: number; colour: number } {
  let code = 0;
  for (let least = 1; code < least && least <= 64; least *= 4) code = (code << 4) | bits.read(4);
  return { length: code < 4 ? Infinity : code >> 2, colour: code & 3 };
}
