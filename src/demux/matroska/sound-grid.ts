import type { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import { CutChoice } from "../cut-choice.ts";
import type { CutPoints } from "../cut-points.ts";
import type { Cuts, RandomAccessPoint } from "../demuxer.ts";
import { walkBlocks, type Block } from "./block-walk.ts";
import type { Cue } from "./cues.ts";
import { frameTicks, ptsOf, type OpenTrack } from "./open-track.ts";
import { isOnFrame } from "./read-frames.ts";

/** Between the first and the last packet, which are looked at in any case. */
const looks = 12;
/** A week of sound has fewer. */
const packetLimit = 2 ** 25;
/** Sound may stand in the file so much before the pictures of its time. */
const marginSeconds = 0.5;

/** Sound whose packets are all of one length, and the clusters where they are looked for. */
export interface SoundGrid {
  readonly start: number;
  readonly each: number;
  readonly count: number;
  readonly clusters: readonly Cue[];
}

/**
 * The grid of a sound track whose packets are all of one length, from the first on. A few looks spread over the
 * film, and all packets of its last cluster, tell whether they lie on it (one of another rate lies there now and then);
 * the reader sees it for each that it reads. null where they do not, or nothing tells how long a packet is.
 */
export async function soundGrid(
  open: OpenTrack,
  cues: readonly Cue[],
  breather: Breather,
): Promise<SoundGrid | null> {
  const each = frameTicks(open);
  const clusters = clusterCues(cues);
  if (open.first === null || open.frame === null || each <= 0 || clusters.length === 0) return null;
  const start = ptsOf(open, open.first);
  const isOnGrid = (block: Block): boolean => isOnFrame((ptsOf(open, block) - start) / each, each);
  for (let look = 1; look <= looks; look++) {
    const cue = clusters[Math.floor((look * clusters.length) / (looks + 1))];
    const block = cue && (await firstFrom(open, cue.cluster, breather));
    if (block && !isOnGrid(block)) return null;
  }
  const last = await lastBlock(open, clusters, isOnGrid, breather);
  if (last === null) return null;
  const count = Math.round((ptsOf(open, last.block) - start) / each) + last.frames;
  return count > packetLimit ? null : { start, each, count, clusters };
}

/** The wanted points of a sound on a grid. */
export function gridPoints(open: OpenTrack, grid: SoundGrid, cuts: Cuts): CutPoints {
  const { start, each, count, clusters } = grid;
  const { timescale } = open.own.track;
  const choice = new CutChoice(cuts, timescale);
  const points: RandomAccessPoint[] = [];
  let hint = 0;
  for (let packet = 0; packet < count && !choice.isDone; packet++) {
    // Rounding moves a packet by half a tick; what is wanted exactly is for the choice to say.
    packet = Math.max(packet, Math.floor((choice.nextTicks - 1 - start) / each));
    const ptsTicks = Math.round(start + packet * each);
    if (packet >= count || !choice.takes(ptsTicks)) continue;
    const limit = ptsTicks - marginSeconds * timescale;
    while (hint + 1 < clusters.length && (clusters[hint + 1]?.ticks ?? 0) <= limit) hint += 1;
    const cluster = packet === 0 ? open.first?.cluster : clusters[hint]?.cluster;
    points.push({
      ...{ ptsTicks, earliestPtsTicks: ptsTicks, dtsTicks: null, isClean: true, packet },
      handle: [cluster ?? 0, 0, 0],
    });
  }
  return { points, startTicks: start, endTicks: Math.round(start + count * each) };
}

/** Those of them that lead to a cluster of their own, in the order of both time and place. */
export function clusterCues(cues: readonly Cue[]): Cue[] {
  const clusters: Cue[] = [];
  for (const cue of cues) {
    if (cue.cluster > (clusters.at(-1)?.cluster ?? -1)) clusters.push(cue);
  }
  return clusters;
}

async function firstFrom(
  open: OpenTrack,
  cluster: number,
  breather: Breather,
): Promise<Block | null> {
  const window = new ByteWindow(open.segment.file, 16 * 1024);
  for await (const block of walkBlocks(window, { cluster, inner: 0 }, breather)) {
    if (block.track === open.own.number) return block;
  }
  return null;
}

/**
 * Looked for behind the last cue, and from further and further back while there is none. null also where one that is met
 * is not on the grid.
 */
async function lastBlock(
  open: OpenTrack,
  clusters: readonly Cue[],
  isOnGrid: (block: Block) => boolean,
  breather: Breather,
): Promise<{ readonly block: Block; readonly frames: number } | null> {
  const window = new ByteWindow(open.segment.file, 32 * 1024);
  for (let back = 1; ; back *= 4) {
    const from = clusters[clusters.length - back] ?? open.first;
    if (from === null) return null;
    let last: Block | null = null;
    for await (const block of walkBlocks(window, { cluster: from.cluster, inner: 0 }, breather)) {
      if (block.track !== open.own.number) continue;
      if (!isOnGrid(block)) return null;
      last = block;
    }
    if (last !== null) {
      const laced = last.lacing === 0 ? 0 : (await window.upTo(last.payloadStart, 1))[0];
      return { block: last, frames: 1 + (laced ?? 0) };
    }
    if (back > clusters.length) return null;
  }
}
