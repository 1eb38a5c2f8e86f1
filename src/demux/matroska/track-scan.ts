import type { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import { unreadable } from "../readable-file.ts";
import { walkBlocks } from "./block-walk.ts";
import type { Segment } from "./segment.ts";

/** All frames of a track in file order, as parallel lists: found by going over all blocks of the file. */
export interface TrackScan {
  readonly ticks: number[];
  readonly isKey: boolean[];
  readonly cluster: number[];
  readonly inner: number[];
  /** Which frame of its block. */
  readonly lace: number[];
  /** Where a block states it; else null. */
  readonly durationTicks: (number | null)[];
}

/**
 * Goes over the heads of all blocks of the file: for a file without cues. By track number; times before codec
 * delays. Frames laced into one block follow each other at `frameTicks` of their track.
 */
export async function scanTracks(
  segment: Segment,
  frameTicks: (track: number) => number,
  breather: Breather,
): Promise<Map<number, TrackScan>> {
  const scans = new Map<number, TrackScan>(
    segment.tracks.map(({ number }) => [
      number,
      { ticks: [], isKey: [], cluster: [], inner: [], lace: [], durationTicks: [] },
    ]),
  );
  if (segment.firstCluster === null) return scans;
  const window = new ByteWindow(segment.file, 128 * 1024);
  const from = { cluster: segment.firstCluster, inner: 0 };
  for await (const block of walkBlocks(window, from, breather)) {
    const scan = scans.get(block.track);
    if (scan === undefined) continue;
    let count = 1;
    if (block.lacing !== 0) {
      count = ((await window.upTo(block.payloadStart, 1))[0] ?? 0) + 1;
    }
    if (scan.ticks.length + count > frameLimit) throw unreadable("A track has too many frames");
    for (let lace = 0; lace < count; lace++) {
      scan.ticks.push(block.ticks + Math.floor(lace * frameTicks(block.track)));
      scan.isKey.push(block.isKey && lace === 0);
      scan.cluster.push(block.cluster);
      scan.inner.push(block.inner);
      scan.lace.push(lace);
      scan.durationTicks.push(block.durationTicks);
    }
  }
  return scans;
}

/** A day at 60 frames a second has 5 million. */
const frameLimit = 2 ** 23;
