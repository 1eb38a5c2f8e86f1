import { ViewraError } from "../../errors/viewra-error.ts";
import { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import type { Packet, RandomAccessPoint } from "../demuxer.ts";
import { unreadable } from "../readable-file.ts";
import { walkBlocks, type Block } from "./block-walk.ts";
import { laceFrames } from "./lacing.ts";
import { frameTicks, laceOffsetTicks, ptsOf, type OpenTrack } from "./open-track.ts";

const largestWindowBytes = 2 * 1024 * 1024;
/** An uncompressed picture of 8192 × 8192 has less. */
const largestBlockBytes = 256 * 1024 * 1024;

/** A frame and the number it has in its block. */
interface Frame extends Packet {
  readonly lace: number;
}

/**
 * Pictures from one point to another, in file order. What they are shown at must lie between what the points say.
 * MEDIA_CHANGED when the first is not there, MEDIA_UNREADABLE for pictures out of that order.
 */
export async function* readPictures(
  open: OpenTrack,
  from: RandomAccessPoint,
  to: RandomAccessPoint | null,
  breather: Breather,
): AsyncGenerator<Packet> {
  const window = new ByteWindow(open.segment.file, largestWindowBytes);
  const place = { cluster: from.handle[0], inner: from.handle[1] };
  const end = to === null ? Infinity : to.handle[0] + to.handle[1];
  let isFirst = true;
  for await (const block of walkBlocks(window, place, breather)) {
    if (block.cluster + block.inner >= end) {
      if (block.cluster + block.inner === end && block.track === open.own.number) return;
      throw changed();
    }
    if (block.track !== open.own.number) continue;
    if (isFirst && (ptsOf(open, block) !== from.ptsTicks || !block.isKey)) throw changed();
    isFirst = false;
    for (const frame of await readFrames(window, block, open)) {
      if (
        frame.ptsTicks < from.earliestPtsTicks ||
        frame.ptsTicks >= (to?.earliestPtsTicks ?? Infinity)
      ) {
        throw unreadable(`A picture of the time ${frame.ptsTicks} is not where the index has it`);
      }
      yield frame;
    }
  }
  if (to !== null || isFirst) throw changed();
}

/**
 * Sound from one point to another. Every packet must lie where one frame after the other puts it, give or take half a
 * frame, or some whole frames later, where packets were lost; sound that is not on a grid, where the points say and as
 * many as they say. MEDIA_UNREADABLE for any other.
 */
export async function* readSound(
  open: OpenTrack,
  from: RandomAccessPoint,
  to: RandomAccessPoint | null,
  earlierCluster: (cluster: number) => Promise<number | null>,
  breather: Breather,
): AsyncGenerator<Packet> {
  const isOnGrid = from.handle[1] === 0;
  const each = frameTicks(open);
  const cluster = isOnGrid
    ? await clusterBefore(open, from, earlierCluster, breather)
    : from.handle[0];
  const count = to === null ? Infinity : (to.packet ?? 0) - (from.packet ?? 0);
  const window = new ByteWindow(open.segment.file, largestWindowBytes);
  const place = { cluster, inner: from.handle[1] };
  let taken = 0;
  let isFirst = true;
  for await (const block of walkBlocks(window, place, breather)) {
    if (block.track !== open.own.number) continue;
    const ticks = ptsOf(open, block);
    // A whole block before the point: its payload is passed over.
    if (isFirst && isOnGrid && ticks + 256 * each < from.ptsTicks) continue;
    for (const frame of await readFrames(window, block, open)) {
      const expected = from.ptsTicks + taken * each;
      if (isOnGrid && taken === 0 && frame.ptsTicks < expected - each / 2) continue;
      if (!isOnGrid && isFirst && frame.lace < from.handle[2]) continue;
      if (isOnGrid && Math.abs(frame.ptsTicks - expected) > each / 2 + 1) {
        const missing = (frame.ptsTicks - expected) / each;
        const whole = Math.round(missing);
        const isLoss = taken > 0 && whole > 0 && isOnFrame(missing, each);
        if (!isLoss) {
          throw unreadable(`Sound of the time ${frame.ptsTicks} is not where the index has it`);
        }
        taken += whole;
        if (taken >= count) return;
      }
      isFirst = false;
      yield frame;
      taken += 1;
      if (taken === count) return;
    }
  }
  if (to !== null || taken === 0) throw changed();
}

/** Whether so many frames are a whole number. */
export function isOnFrame(frames: number, each: number): boolean {
  return isNear((frames - Math.round(frames)) * each, each);
}

/** Whether sound is no further off than by rounding: an eighth of a frame is more than writers are wrong by. */
export function isNear(ticks: number, each: number): boolean {
  return Math.abs(ticks) <= Math.max(1, each / 8);
}

/** Each is a cue; sound that stands so far before its pictures is played by nobody. */
const mostSteps = 32;

/** Where sound stands far before the pictures of its time, the cue led behind it: an earlier cluster does not. */
async function clusterBefore(
  open: OpenTrack,
  from: RandomAccessPoint,
  earlierCluster: (cluster: number) => Promise<number | null>,
  breather: Breather,
): Promise<number> {
  const latest = from.ptsTicks + frameTicks(open) / 2;
  let cluster: number | null = from.handle[0];
  for (let step = 0; cluster !== null && step < mostSteps; step++) {
    if (await beginsBefore(open, cluster, latest, breather)) return cluster;
    cluster = await earlierCluster(cluster);
  }
  throw changed();
}

/** Whether the track's first block from a cluster on is no later than that. */
async function beginsBefore(
  open: OpenTrack,
  cluster: number,
  ticks: number,
  breather: Breather,
): Promise<boolean> {
  const window = new ByteWindow(open.segment.file, largestWindowBytes);
  for await (const block of walkBlocks(window, { cluster, inner: 0 }, breather)) {
    if (block.track === open.own.number) return ptsOf(open, block) <= ticks;
  }
  return false;
}

/** The first bytes of the picture at a point: its block's only frame, or what a laced block's first begins with. */
export async function readHeadOf(
  open: OpenTrack,
  point: RandomAccessPoint,
  length: number,
): Promise<Uint8Array> {
  const window = new ByteWindow(open.segment.file, largestWindowBytes);
  const place = { cluster: point.handle[0], inner: point.handle[1] };
  for await (const block of walkBlocks(window, place, new Breather())) {
    if (block.track !== open.own.number) continue;
    if (ptsOf(open, block) !== point.ptsTicks) throw changed();
    const start = block.payloadStart;
    const bytes = await window.bytes(start, Math.min(block.end - start, length));
    return withHeader(open.own.strippedHeader, block.lacing === 0 ? bytes : new Uint8Array(0));
  }
  throw changed();
}

/** The frames of a block, header stripping undone. */
async function readFrames(window: ByteWindow, block: Block, open: OpenTrack): Promise<Frame[]> {
  const length = block.end - block.payloadStart;
  if (length > largestBlockBytes) throw unreadable(`A block claims ${length} bytes`);
  const bytes = await window.bytes(block.payloadStart, length);
  const ranges = laceFrames(bytes, block.lacing);
  if (ranges === null) throw unreadable("The frames of a block do not fit into it");
  const ticks = ptsOf(open, block);
  const lacing = { frames: ranges.length, durationTicks: block.durationTicks };
  const isSound = open.own.track.kind === "audio";
  const durationTicks = ranges.length === 1 ? block.durationTicks : null;
  return ranges.map(([start, end], lace) => ({
    ptsTicks: ticks + laceOffsetTicks(open, lacing, lace),
    ...{ dtsTicks: null, durationTicks, lace },
    isSync: isSound || (block.isKey && lace === 0),
    data: withHeader(open.own.strippedHeader, bytes.subarray(start, end)),
  }));
}

function withHeader(header: Uint8Array, frame: Uint8Array): Uint8Array {
  if (header.length === 0) return frame;
  const whole = new Uint8Array(header.length + frame.length);
  whole.set(header);
  whole.set(frame, header.length);
  return whole;
}

function changed(): ViewraError {
  return new ViewraError("MEDIA_CHANGED", "The film is not the one the index was made of");
}
