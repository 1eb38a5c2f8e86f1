import type { Sample } from "../media-fragment.ts";
import { box, fullBox, u32, u64 } from "../write-box.ts";

/** The sample table of a track that grows as the track is written (ISO/IEC 14496-12, 8.5 to 8.7). Ticks of the track. */
export interface SampleTable {
  /** Samples that lie one after another at a place of the file. */
  addChunk(offset: number, samples: readonly Sample[]): void;
  /** From the first sample's decoding to the end of the last one's. */
  readonly decodedTicks: number;
  /** Where the last picture ends, counted from the first sample's decoding. */
  readonly shownTicks: number;
  /** The whole `stbl`. */
  write(stsd: Uint8Array): Uint8Array;
}

/** Values, and how many times in a row each one comes. */
interface Runs {
  readonly counts: number[];
  readonly values: number[];
}

export function createSampleTable(): SampleTable {
  const durations: Runs = { counts: [], values: [] };
  const offsets: Runs = { counts: [], values: [] };
  const sizes: number[] = [];
  const syncs: number[] = [];
  const chunks: { readonly offset: number; readonly count: number }[] = [];
  let decodedTicks = 0;
  let shownTicks = 0;

  return {
    addChunk(offset, samples) {
      if (samples.length === 0) return;
      chunks.push({ offset, count: samples.length });
      for (const { durationTicks, compositionOffsetTicks, sizeBytes, isSync } of samples) {
        count(durations, durationTicks);
        count(offsets, compositionOffsetTicks);
        sizes.push(sizeBytes);
        if (isSync) syncs.push(sizes.length);
        shownTicks = Math.max(shownTicks, decodedTicks + compositionOffsetTicks + durationTicks);
        decodedTicks += durationTicks;
      }
    },
    get decodedTicks() {
      return decodedTicks;
    },
    get shownTicks() {
      return shownTicks;
    },
    write(stsd) {
      const isReordered = offsets.values.some((value) => value !== 0);
      const isSigned = offsets.values.some((value) => value < 0);
      const isSparse = syncs.length < sizes.length;
      return box(
        "stbl",
        stsd,
        fullBox("stts", 0, 0, ...pairs(durations)),
        ...(isReordered ? [fullBox("ctts", isSigned ? 1 : 0, 0, ...pairs(offsets))] : []),
        // Without it every sample is one where decoding can begin.
        ...(isSparse ? [fullBox("stss", 0, 0, u32(syncs.length), words(syncs))] : []),
        chunkCounts(chunks.map((chunk) => chunk.count)),
        fullBox("stsz", 0, 0, u32(0), u32(sizes.length), words(sizes)),
        chunkOffsets(chunks.map((chunk) => chunk.offset)),
      );
    },
  };
}

function count({ counts, values }: Runs, value: number): void {
  const last = values.length - 1;
  if (values[last] === value) counts[last] = (counts[last] ?? 0) + 1;
  else {
    values.push(value);
    counts.push(1);
  }
}

function pairs({ counts, values }: Runs): [number[], Uint8Array] {
  return [u32(counts.length), words(counts.flatMap((times, i) => [times, values[i] ?? 0]))];
}

/** One entry for each row of chunks with equally many samples (8.7.4). */
function chunkCounts(counts: readonly number[]): Uint8Array {
  const entries = counts.flatMap((samples, i) =>
    samples === counts[i - 1] ? [] : [i + 1, samples, 1],
  );
  return fullBox("stsc", 0, 0, u32(entries.length / 3), words(entries));
}

/** In 32 bits as long as they fit: not every television reads the others (8.7.5). */
function chunkOffsets(offsets: readonly number[]): Uint8Array {
  if ((offsets.at(-1) ?? 0) < 2 ** 32) {
    return fullBox("stco", 0, 0, u32(offsets.length), words(offsets));
  }
  return fullBox("co64", 0, 0, u32(offsets.length), Uint8Array.from(offsets.flatMap(u64)));
}

function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return bytes;
}
