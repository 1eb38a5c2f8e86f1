import { u8At } from "./bytes-at.ts";
import { bt601, rgbaWord, ycbcrWord } from "./colour-words.ts";

export type DvbDepth = 2 | 4 | 8;

/** The colours of pixels of each depth, as words. A table is never changed once made. */
export type DvbClut = Readonly<Record<DvbDepth, Uint32Array>>;

/** What holds where a stream says nothing (ETSI EN 300 743, 10). */
export const defaultClut: DvbClut = {
  2: Uint32Array.of(0, rgbaWord(255, 255, 255, 255), rgbaWord(0, 0, 0, 255), grey(127)),
  4: Uint32Array.from({ length: 16 }, (_, i) => (i === 0 ? 0 : primary(i, i < 8 ? 255 : 127, 255))),
  8: Uint32Array.from({ length: 256 }, (_, i) => colourOf256(i)),
};

function grey(level: number): number {
  return rgbaWord(level, level, level, 255);
}

/** Red, green and blue by the lowest three bits. */
function primary(i: number, level: number, alpha: number): number {
  return rgbaWord(i & 1 ? level : 0, i & 2 ? level : 0, i & 4 ? level : 0, alpha);
}

function colourOf256(i: number): number {
  if (i === 0) return 0;
  if (i < 8) return primary(i, 255, 63);
  const isOfThirds = (i & 0x80) === 0;
  // Bits 7 and 3 say which scale; of each colour one bit weighs twice as much as the other.
  const [base, single, double] = isOfThirds ? [0, 85, 170] : [(i & 8) === 0 ? 127 : 0, 43, 85];
  const level = (bit: number): number =>
    base + (i & bit ? single : 0) + (i & (bit << 4) ? double : 0);
  return rgbaWord(level(1), level(2), level(4), isOfThirds && i & 8 ? 127 : 255);
}

/** A colour table segment's body behind its id and version: changes of `before`. */
export function changedClut(before: DvbClut, body: Uint8Array, from: number): DvbClut {
  const clut = { 2: before[2].slice(), 4: before[4].slice(), 8: before[8].slice() };
  for (let at = from; at + 4 <= body.length;) {
    const [entry, flags] = [u8At(body, at), u8At(body, at + 1)];
    const isFull = (flags & 1) === 1;
    if (isFull && at + 6 > body.length) break;
    const depth = flags & 0x80 ? 2 : flags & 0x40 ? 4 : flags & 0x20 ? 8 : null;
    if (depth !== null) clut[depth][entry] = wordOf(body, at + 2, isFull);
    at += isFull ? 6 : 4;
  }
  return clut;
}

/** Y, Cr, Cb and transparency in a byte each, or in 6, 4, 4 and 2 bits. */
function wordOf(body: Uint8Array, at: number, isFull: boolean): number {
  const [first, second] = [u8At(body, at), u8At(body, at + 1)];
  const [y, cr, cb, transparency] = isFull
    ? [first, second, u8At(body, at + 2), u8At(body, at + 3)]
    : [
        first & 0xfc,
        (((first & 3) << 2) | (second >> 6)) << 4,
        (second << 2) & 0xf0,
        (second << 6) & 0xc0,
      ];
  // Black blacker than black is no colour (8.4).
  return ycbcrWord({ y, cr, cb }, y === 0 ? 0 : 255 - transparency, bt601);
}
