import type { ReadableFile } from "../../src/demux/readable-file.ts";

/** Bytes in memory as a file that may be read; `reads` counts what was asked of it. */
export interface MemoryFile extends ReadableFile {
  readonly reads: { count: number; bytes: number; largest: number };
}

/** `mostAtOnce`: reads that give less than was asked, as those of a network share may. */
export function memoryFile(bytes: Uint8Array, mostAtOnce = Infinity): MemoryFile {
  const reads = { count: 0, bytes: 0, largest: 0 };
  return {
    sizeBytes: bytes.length,
    reads,
    read: (position, length) => {
      reads.count += 1;
      reads.bytes += length;
      reads.largest = Math.max(reads.largest, length);
      return Promise.resolve(bytes.slice(position, position + Math.min(length, mostAtOnce)));
    },
    close: () => Promise.resolve(),
  };
}
