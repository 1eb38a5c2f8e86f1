import { readSize } from "./ebml.ts";

/** Where a block's frames begin and end, as positions in its bytes. */
export type FrameRange = readonly [start: number, end: number];

/**
 * The frames of a block (RFC 9559, 10.3): `bytes` behind the block's own head, `lacing` the two bits of its flags
 * (0 none, 1 Xiph, 2 fixed, 3 EBML). null for sizes that do not fit the block.
 */
export function laceFrames(bytes: Uint8Array, lacing: number): FrameRange[] | null {
  if (lacing === 0) return [[0, bytes.length]];
  const count = (bytes[0] ?? 0) + 1;
  if (lacing === 2) {
    const each = (bytes.length - 1) / count;
    if (!Number.isInteger(each) || each < 1) return null;
    return Array.from({ length: count }, (_, i) => [1 + i * each, 1 + (i + 1) * each]);
  }
  const told = lacing === 1 ? xiphSizes(bytes, count - 1) : ebmlSizes(bytes, count - 1);
  if (told === null) return null;
  const ranges: FrameRange[] = [];
  let at = told.end;
  for (const size of told.sizes) {
    if (size < 0) return null;
    ranges.push([at, at + size]);
    at += size;
  }
  if (at > bytes.length) return null;
  ranges.push([at, bytes.length]);
  return ranges;
}

interface ToldSizes {
  readonly sizes: readonly number[];
  readonly end: number;
}

/** Each the sum of its bytes, up to the first that is not 255. */
function xiphSizes(bytes: Uint8Array, count: number): ToldSizes | null {
  const sizes: number[] = [];
  let at = 1;
  while (sizes.length < count) {
    let size = 0;
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) return null;
      at += 1;
      size += byte;
      if (byte !== 255) break;
    }
    sizes.push(size);
  }
  return { sizes, end: at };
}

/** The first as it is, the others as differences, whose range is centred on 0. */
function ebmlSizes(bytes: Uint8Array, count: number): ToldSizes | null {
  const sizes: number[] = [];
  let [at, size] = [1, 0];
  while (sizes.length < count) {
    const read = readSize(bytes, at);
    if (read === null || read.value === null) return null;
    size = sizes.length === 0 ? read.value : size + read.value - (2 ** (7 * read.length - 1) - 1);
    sizes.push(size);
    at += read.length;
  }
  return { sizes, end: at };
}
