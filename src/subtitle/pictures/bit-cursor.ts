import { u24At } from "./bytes-at.ts";

/** Reads bits, the highest of a byte first. Behind the end all are 0. */
export interface BitCursor {
  /** Up to 17 bits, which stay where they are. */
  peek(count: number): number;
  /** Up to 17 bits. */
  read(count: number): number;
  /** On to the next whole byte. */
  align(): void;
  isAtEnd(): boolean;
  /** The byte that the next bit lies in. */
  byteAt(): number;
}

export function bitsOf(bytes: Uint8Array, from = 0): BitCursor {
  let at = 8 * from;
  const peek = (count: number): number =>
    (u24At(bytes, at >> 3) >> (24 - (at & 7) - count)) & ((1 << count) - 1);
  return {
    peek,
    read: (count) => {
      const value = peek(count);
      at += count;
      return value;
    },
    align: () => {
      at = (at + 7) & ~7;
    },
    isAtEnd: () => at >= 8 * bytes.length,
    byteAt: () => at >> 3,
  };
}
