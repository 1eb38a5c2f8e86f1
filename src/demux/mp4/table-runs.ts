import { blockEntries } from "./table-blocks.ts";

/*
 * The inner loops over the tables of a long film, a million entries in all. They are plain functions without a pause and
 * without a call inside, so that they are soon compiled: a film is opened while somebody waits for it.
 */

/** Where `co64` has the upper half of a place. */
const highWord = 0x1_0000_0000;

/** Runs found in a block of a table; their lists are used again for the next one. */
export class FoundRuns {
  readonly starts = new Float64Array(blockEntries);
  readonly values = new Float64Array(blockEntries);
  readonly numbers = new Float64Array(blockEntries);
  count = 0;
}

/** `stsc` and how far it was followed (ISO/IEC 14496-12, 8.7.4). */
export interface ChunkCursor {
  readonly groups: Uint32Array;
  /** Chunks and packets that were passed. */
  chunk: number;
  packet: number;
  /** -1 before the first. */
  group: number;
  /** Packets of the longest chunk. */
  longest: number;
  usesOtherDescriptions: boolean;
}

/** The chunks of a block of `stco`, or of `co64` with two numbers each (8.7.5). Ends where all packets are placed, or no group begins. */
export function findChunks(
  block: Uint32Array,
  isLarge: boolean,
  packets: number,
  cursor: ChunkCursor,
  found: FoundRuns,
): void {
  const { groups } = cursor;
  const { starts, values } = found;
  const width = isLarge ? 2 : 1;
  let { chunk, packet, group, longest } = cursor;
  let count = 0;
  let nextGroup = groups[3 * group + 3] ?? Infinity;
  let inChunk = groups[3 * group + 1] ?? 0;
  let isOther = group >= 0 && groups[3 * group + 2] !== 1;
  for (let i = 0; i < block.length && packet < packets; i += width) {
    chunk += 1;
    while (nextGroup <= chunk) {
      group += 1;
      inChunk = groups[3 * group + 1] ?? 0;
      isOther = groups[3 * group + 2] !== 1;
      nextGroup = groups[3 * group + 3] ?? Infinity;
    }
    if (group < 0) break;
    if (isOther) cursor.usesOtherDescriptions = true;
    const left = packets - packet;
    const used = inChunk < left ? inChunk : left;
    if (used === 0) continue;
    const first = block[i] ?? 0;
    starts[count] = packet;
    values[count] = isLarge ? first * highWord + (block[i + 1] ?? 0) : first;
    count += 1;
    packet += used;
    if (used > longest) longest = used;
  }
  found.count = count;
  Object.assign(cursor, { chunk, packet, group, longest });
}

/** How far `stts` or `ctts` was followed. */
export interface TimeCursor {
  packet: number;
  /** Decode time there; of `stts` alone. */
  ticks: number;
  /** Number of the run before; NaN before the first. */
  last: number;
  /** The lowest number of all, 0 at most. */
  lowest: number;
}

/**
 * The runs of a block of `stts` (8.6.1.2) or `ctts` (8.6.1.3): pairs of how many packets, and what each of them has, which is
 * signed. Neighbours that have the same are one run.
 */
export function findTimes(
  block: Uint32Array,
  packets: number,
  cursor: TimeCursor,
  found: FoundRuns,
): void {
  const { starts, values, numbers } = found;
  let { packet, ticks, last, lowest } = cursor;
  let count = 0;
  for (let i = 0; i < block.length && packet < packets; i += 2) {
    const claimed = block[i] ?? 0;
    const left = packets - packet;
    const used = claimed < left ? claimed : left;
    const value = (block[i + 1] ?? 0) | 0;
    if (used > 0 && value !== last) {
      starts[count] = packet;
      values[count] = ticks;
      numbers[count] = value;
      count += 1;
      last = value;
      if (value < lowest) lowest = value;
    }
    packet += used;
    ticks += used * value;
  }
  found.count = count;
  Object.assign(cursor, { packet, ticks, last, lowest });
}
