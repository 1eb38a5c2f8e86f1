import { type Box } from "../../iso/iso-boxes.ts";
import { openTable } from "./movie-boxes.ts";

/** So many entries of a table are read at once. */
export const blockEntries = 4096;

/**
 * A table of 32-bit numbers, read in blocks: its numbers are turned into this machine's order of bytes (all platforms there
 * are have the other one) by native code and gone over in one loop, as a long film has a million of them.
 */
export class TableBlocks {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #perEntry: number;
  readonly #block: Uint32Array<ArrayBuffer>;

  /** MEDIA_UNREADABLE where the box is too short for the entries that it claims. */
  constructor(bytes: Uint8Array, box: Box, perEntry: number, skip = 0) {
    const { count, view } = openTable(bytes, box, 4 * perEntry, skip);
    this.count = count;
    this.#bytes = new Uint8Array(view.buffer, view.byteOffset, 4 * perEntry * count);
    this.#perEntry = perEntry;
    this.#block = new Uint32Array(Math.min(count, blockEntries) * perEntry);
  }

  /** The numbers of the entries from `from` on, of so many as a block has; theirs until the next call. */
  block(from: number): Uint32Array {
    const start = 4 * this.#perEntry * from;
    const part = this.#bytes.subarray(start, start + this.#block.byteLength);
    const block = Buffer.from(this.#block.buffer, 0, part.length);
    block.set(part);
    block.swap32();
    return this.#block.subarray(0, part.length / 4);
  }

  /** All of them, to be kept. */
  all(): Uint32Array {
    const numbers = new Uint32Array(this.count * this.#perEntry);
    const bytes = Buffer.from(numbers.buffer);
    bytes.set(this.#bytes);
    bytes.swap32();
    return numbers;
  }
}
