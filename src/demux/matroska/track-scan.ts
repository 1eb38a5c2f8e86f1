import { ViewraError } from "../../errors/viewra-error.ts";
import { ByteWindow } from "../byte-window.ts";
import { Breather } from "../breather.ts";
import { unreadable } from "../readable-file.ts";
import { walkBlocks } from "./block-walk.ts";
import { findCluster } from "./find-cluster.ts";
import type { Lacing } from "./open-track.ts";
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

/** How much later than its block a laced frame of a track is. */
type LaceTicks = (track: number, lacing: Lacing, lace: number) => number;

/** Walks at once: each waits for one read at a time, and many such waits pass in the time of one. */
const walkers = 8;
/** Below that the search for clusters costs more than it saves. */
const smallestSectionBytes = 64 * 1024 * 1024;

/**
 * Goes over the heads of all blocks of the file: for a file without cues. By track number; times before codec
 * delays.
 */
export async function scanTracks(
  segment: Segment,
  laceTicks: LaceTicks,
  signal?: AbortSignal,
  sectionBytes = smallestSectionBytes,
): Promise<ReadonlyMap<number, TrackScan>> {
  const { firstCluster } = segment;
  if (firstCluster === null) return emptyScans(segment);
  const starts = await findSections(segment, firstCluster, sectionBytes);
  const scans = starts.map(() => emptyScans(segment));
  const joints = starts.map(() => true);
  let next = 0;
  const walk = async (): Promise<void> => {
    const window = new ByteWindow(segment.file, 128 * 1024);
    for (let i = next++; i < starts.length; i = next++) {
      const scan = scans[i];
      const range = { start: starts[i] ?? 0, end: starts[i + 1] ?? Infinity };
      if (scan === undefined) continue;
      const breather = new Breather(signal);
      joints[i] = await scanSection(window, range, scan, laceTicks, breather).catch(isNoJoint);
    }
  };
  await Promise.all(Array.from({ length: Math.min(walkers, starts.length) }, walk));
  if (joints.every(Boolean)) return joined(scans);
  // Something in the media looked like a cluster: the whole is gone over in one walk.
  const whole = emptyScans(segment);
  const range = { start: firstCluster, end: Infinity };
  const window = new ByteWindow(segment.file, 128 * 1024);
  await scanSection(window, range, whole, laceTicks, new Breather(signal));
  return whole;
}

/** Clusters about evenly spread over the file, the first among them. */
async function findSections(
  segment: Segment,
  firstCluster: number,
  sectionBytes: number,
): Promise<number[]> {
  const { file } = segment;
  const length = file.sizeBytes - firstCluster;
  const count = Math.min(4 * walkers, Math.max(1, Math.floor(length / sectionBytes)));
  const wanted = Array.from({ length: count - 1 }, (_, i) =>
    Math.floor(firstCluster + (length * (i + 1)) / count),
  );
  const found = await Promise.all(wanted.map(async (from) => await findCluster(file, from)));
  const later = found.filter((start) => start !== null && start > firstCluster);
  return [...new Set([firstCluster, ...later.filter((start) => start !== null)])];
}

/** Whether the walk from the section's first cluster came to the next section's, as it must. */
async function scanSection(
  window: ByteWindow,
  { start, end }: { readonly start: number; readonly end: number },
  scans: ReadonlyMap<number, TrackScan>,
  laceTicks: LaceTicks,
  breather: Breather,
): Promise<boolean> {
  for await (const block of walkBlocks(window, { cluster: start, inner: 0 }, breather)) {
    if (block.cluster >= end) return block.cluster === end;
    const scan = scans.get(block.track);
    if (scan === undefined) continue;
    let count = 1;
    if (block.lacing !== 0) count = ((await window.upTo(block.payloadStart, 1))[0] ?? 0) + 1;
    if (scan.ticks.length + count > frameLimit) throw unreadable("A track has too many frames");
    const lacing = { frames: count, durationTicks: block.durationTicks };
    for (let lace = 0; lace < count; lace++) {
      scan.ticks.push(block.ticks + laceTicks(block.track, lacing, lace));
      scan.isKey.push(block.isKey && lace === 0);
      scan.cluster.push(block.cluster);
      scan.inner.push(block.inner);
      scan.lace.push(lace);
      scan.durationTicks.push(block.durationTicks);
    }
  }
  return end === Infinity;
}

/** A walk from what is no cluster ends in disorder; so does one over damage, and then the walk over the whole does. */
function isNoJoint(thrown: unknown): false {
  if (thrown instanceof ViewraError && thrown.code === "MEDIA_UNREADABLE") return false;
  throw thrown;
}

/** A day at 60 frames a second has 5 million. */
const frameLimit = 2 ** 23;

function emptyScans({ tracks }: Segment): Map<number, TrackScan> {
  return new Map(
    tracks.map(({ number }) => [
      number,
      { ticks: [], isKey: [], cluster: [], inner: [], lace: [], durationTicks: [] },
    ]),
  );
}

function joined(sections: readonly ReadonlyMap<number, TrackScan>[]): Map<number, TrackScan> {
  const numbers = [...(sections[0]?.keys() ?? [])];
  return new Map(
    numbers.map((number) => {
      const parts = sections.flatMap((section) => section.get(number) ?? []);
      const whole: TrackScan = {
        ticks: parts.flatMap(({ ticks }) => ticks),
        isKey: parts.flatMap(({ isKey }) => isKey),
        cluster: parts.flatMap(({ cluster }) => cluster),
        inner: parts.flatMap(({ inner }) => inner),
        lace: parts.flatMap(({ lace }) => lace),
        durationTicks: parts.flatMap(({ durationTicks }) => durationTicks),
      };
      return [number, whole];
    }),
  );
}
