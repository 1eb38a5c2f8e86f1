import type { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import { CutChoice } from "../cut-choice.ts";
import type { CutPoints } from "../cut-points.ts";
import type { Cuts, RandomAccessPoint } from "../demuxer.ts";
import { walkBlocks, type Block } from "./block-walk.ts";
import type { Cue } from "./cues.ts";
import { longestHeadBytes, readHead } from "./ebml.ts";
import { ids } from "./element-ids.ts";
import { frameTicks, ptsOf, type OpenTrack } from "./open-track.ts";

/** Disks and networks answer some looks at once in the time of one. */
const looksAtOnce = 6;

/**
 * The wanted points of a track of pictures by the file's cues, each looked at: its block is a key frame of that
 * track and time, and the blocks that follow tell whether leading pictures come. null where the cues do not fit the
 * file, or do not begin with it. That what comes before a point is shown before it, the reader sees.
 */
export async function cuePoints(
  open: OpenTrack,
  cues: readonly Cue[],
  cuts: Cuts,
  breather: Breather,
): Promise<CutPoints | null> {
  const own = cues.filter(({ track }) => track === open.own.number);
  const [firstCue] = own;
  if (firstCue === undefined || open.first === null) return null;
  const choice = new CutChoice(cuts, open.own.track.timescale);
  const chosen = own.filter((cue) => choice.takes(ptsOf(open, cue)));
  const looked = await lookAtAll([firstCue, ...chosen], open, breather);
  const [beginning, ...points] = looked;
  const isWhole =
    beginning !== undefined &&
    beginning !== null &&
    byteOf(beginning) === open.first.cluster + open.first.inner;
  if (!isWhole) return null;
  const good: RandomAccessPoint[] = [];
  for (const [i, point] of points.entries()) {
    if (point === null || point === undefined) return null;
    const previous = points[i - 1];
    const isInOrder =
      !previous || (previous.ptsTicks < point.earliestPtsTicks && byteOf(previous) < byteOf(point));
    if (!isInOrder) return null;
    good.push(point);
  }
  const endTicks = await endOf(open, own.at(-1) ?? firstCue, breather);
  return { points: good, startTicks: beginning.earliestPtsTicks, endTicks };
}

/** Where the point's block is in the file. */
function byteOf({ handle }: RandomAccessPoint): number {
  return handle[0] + handle[1];
}

async function lookAtAll(
  cues: readonly Cue[],
  open: OpenTrack,
  breather: Breather,
): Promise<(RandomAccessPoint | null)[]> {
  const looked: (RandomAccessPoint | null)[] = cues.map(() => null);
  let next = 0;
  const work = async (): Promise<void> => {
    const window = new ByteWindow(open.segment.file, 32 * 1024);
    for (let i = next++; i < cues.length; i = next++) {
      const cue = cues[i];
      if (cue !== undefined) looked[i] = await lookAt(cue, open, window, breather);
    }
  };
  await Promise.all(Array.from({ length: looksAtOnce }, work));
  return looked;
}

/** So many packets shown later end the leading pictures: after one, none may come (ITU-T H.265, 3.76). */
const trailingPackets = 2;
/** Of any codec (H.264: 16), and fields coded apart. */
const mostLeadingPackets = 40;
/** Of all tracks; a track that comes more seldom has no leading pictures. */
const mostBlocks = 4096;

async function lookAt(
  cue: Cue,
  open: OpenTrack,
  window: ByteWindow,
  breather: Breather,
): Promise<RandomAccessPoint | null> {
  const head = readHead(await window.upTo(cue.cluster, longestHeadBytes), 0);
  if (head?.id !== ids.cluster) return null;
  const inner = cue.relative === null ? 0 : head.headBytes + cue.relative;
  let point: Block | null = null;
  let earliest = Infinity;
  let [trailing, seen, passed] = [0, 0, 0];
  for await (const block of walkBlocks(window, { cluster: cue.cluster, inner }, breather)) {
    if (point === null && block.cluster !== cue.cluster) return null;
    passed += 1;
    if (passed === mostBlocks) break;
    if (block.track !== open.own.number) continue;
    if (point === null) {
      if (block.ticks !== cue.ticks) continue;
      if (!block.isKey) return null;
      point = block;
      earliest = block.ticks;
      continue;
    }
    if (block.isKey) break;
    earliest = Math.min(earliest, block.ticks);
    if (block.ticks > point.ticks) trailing += 1;
    seen += 1;
    if (trailing === trailingPackets || seen === mostLeadingPackets) break;
  }
  if (point === null) return null;
  return {
    ptsTicks: ptsOf(open, point),
    earliestPtsTicks: earliest - open.own.delayTicks,
    dtsTicks: null,
    isClean: earliest === point.ticks,
    packet: null,
    handle: [point.cluster, point.inner, 0],
  };
}

/** The end of the track's last picture, by going over what follows the last cue. */
async function endOf(open: OpenTrack, last: Cue, breather: Breather): Promise<number> {
  const window = new ByteWindow(open.segment.file, 32 * 1024);
  let [latest, before] = [-Infinity, -Infinity];
  let duration: number | null = null;
  for await (const block of walkBlocks(window, { cluster: last.cluster, inner: 0 }, breather)) {
    if (block.track !== open.own.number) continue;
    if (block.ticks > latest) {
      before = latest;
      latest = block.ticks;
      duration = block.durationTicks;
    } else before = Math.max(before, block.ticks);
  }
  const usual = frameTicks(open) || (before === -Infinity ? 0 : latest - before);
  return Math.round(latest + (duration ?? usual)) - open.own.delayTicks;
}
