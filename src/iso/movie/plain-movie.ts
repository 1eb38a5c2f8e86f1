import { ViewraError } from "../../errors/viewra-error.ts";
import type { MediaFragment } from "../media-fragment.ts";
import { box, u32 } from "../write-box.ts";
import { createSampleTable, type SampleTable } from "./sample-table.ts";
import { readTrackParts, type TrackParts } from "./track-parts.ts";
import { writeFileType, writeMovie } from "./write-movie.ts";

/** Bytes `[start, end)` of a track's segment. */
export interface SegmentPiece {
  /** Place of the track among those of the movie. */
  readonly track: number;
  readonly start: number;
  readonly end: number;
}

/** What stands in the file for one segment of each track. */
export interface MovieGroup {
  readonly header: Uint8Array;
  /** In their order in the file. */
  readonly pieces: readonly SegmentPiece[];
}

/**
 * A plain MP4 of fragmented tracks, told from front to back: `head`, each group, `end`. Samples keep their bytes and
 * times; those of all tracks lie together second by second, as readers of slow disks want it.
 *
 * The index comes last, because before the last segment is made nobody knows what it says. So the file is the same bytes whether it is
 * told while its segments are made or afterwards.
 */
export interface PlainMovie {
  readonly head: Uint8Array;
  /** The next segment of each track; null for a track that has none left. VERIFY_FAILED for such as cannot be told. */
  addGroup(fragments: readonly (MediaFragment | null)[]): MovieGroup;
  /** The index. */
  end(): Uint8Array;
}

interface Track {
  readonly parts: TrackParts;
  readonly table: SampleTable;
  startTicks: number | undefined;
}

interface Chunk extends SegmentPiece {
  /** Of the clock, in which it is decoded. */
  readonly second: number;
  readonly samples: MediaFragment["samples"];
}

/** `inits`: the tracks' init segments. VERIFY_FAILED for what is none. */
export function createPlainMovie(inits: readonly Uint8Array[]): PlainMovie {
  const tracks = inits.map((init): Track => ({
    parts: readTrackParts(init),
    table: createSampleTable(),
    startTicks: undefined,
  }));
  const head = writeFileType();
  let position = head.byteLength;

  return {
    head,
    addGroup(fragments) {
      const chunks = fragments.flatMap((fragment, i) => {
        const track = tracks[i];
        if (fragment === null || track === undefined) return [];
        track.startTicks ??= fragment.decodeTimeTicks;
        requireNext(track, fragment);
        return cutBySeconds(fragment, track.parts.timescale, i);
      });
      // A stable sort: within a second the tracks stand in their own order.
      chunks.sort((a, b) => a.second - b.second);
      const dataBytes = chunks.reduce((sum, { start, end }) => sum + end - start, 0);
      const header = mediaDataHeader(dataBytes);
      position += header.byteLength;
      for (const { track, start, end, samples } of chunks) {
        tracks[track]?.table.addChunk(position, samples);
        position += end - start;
      }
      return { header, pieces: chunks.map(({ track, start, end }) => ({ track, start, end })) };
    },
    end: () => writeMovie(tracks.map((track) => ({ ...track, startTicks: track.startTicks ?? 0 }))),
  };
}

function mediaDataHeader(dataBytes: number): Uint8Array {
  const header = box("mdat");
  header.set(u32(header.byteLength + dataBytes));
  return header;
}

/** A plain file counts times from durations alone: a gap between two segments would move all that follows. */
function requireNext({ table, startTicks = 0 }: Track, fragment: MediaFragment): void {
  const expected = startTicks + table.decodedTicks;
  const { decodeTimeTicks, samplesStart, dataStart, dataBytes, samples } = fragment;
  if (decodeTimeTicks !== expected) {
    throw unfit(`it begins at ${decodeTimeTicks} where the one before it ends at ${expected}`);
  }
  const sampleBytes = samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (samplesStart !== dataStart || sampleBytes !== dataBytes) {
    throw unfit("its samples are not its media data from end to end");
  }
}

function unfit(why: string): ViewraError {
  return new ViewraError("VERIFY_FAILED", `A segment does not fit into a plain file: ${why}`);
}

function cutBySeconds(fragment: MediaFragment, timescale: number, track: number): Chunk[] {
  const chunks: Chunk[] = [];
  let ticks = fragment.decodeTimeTicks;
  let start = fragment.dataStart;
  const bySecond = Map.groupBy(fragment.samples, ({ durationTicks }) => {
    const second = Math.floor(ticks / timescale);
    ticks += durationTicks;
    return second;
  });
  for (const [second, samples] of bySecond) {
    const end = start + samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    chunks.push({ track, second, samples, start, end });
    start = end;
  }
  return chunks;
}
