import type { Breather } from "../breather.ts";
import type { ByteWindow } from "../byte-window.ts";
import { unreadable } from "../readable-file.ts";
import { longestHeadBytes, readHead, readSize, type ElementHead } from "./ebml.ts";
import { ids, topLevelIds } from "./element-ids.ts";

/** A block of any track, of which only the head was read (RFC 9559, 10). */
export interface Block {
  /** Byte of the cluster, and how far behind it the block or its group begins. */
  readonly cluster: number;
  readonly inner: number;
  readonly track: number;
  /** Cluster's time and block's own together, in segment ticks, before the track's codec delay. */
  readonly ticks: number;
  readonly isKey: boolean;
  /** 0 none, 1 Xiph, 2 fixed, 3 EBML. */
  readonly lacing: number;
  /** Behind the block's own head. */
  readonly payloadStart: number;
  readonly end: number;
  /** Of a block's group; null where it states none. */
  readonly durationTicks: number | null;
}

/** Where to begin: a cluster, and how far behind it; 0 for its first block. */
export interface BlockPlace {
  readonly cluster: number;
  readonly inner: number;
}

/** The block's head and most of what stands before it in its group. */
const lookBytes = 40;

/**
 * All blocks from a place on, in file order, by their heads: no payload is read but what the window happens to hold.
 * Ends at the end of the segment or where the file is cut off. MEDIA_UNREADABLE where no cluster is, or
 * where elements do not fit into each other.
 */
export async function* walkBlocks(
  window: ByteWindow,
  from: BlockPlace,
  breather: Breather,
): AsyncGenerator<Block> {
  let at = from.cluster;
  let inner = from.inner;
  for (;;) {
    const head = await headAt(window, at);
    if (head === null) {
      if (at === from.cluster) throw unreadable(`There is no cluster at byte ${at}`);
      return;
    }
    if (head.id === ids.cluster) {
      at = yield* walkCluster(window, { at, head, inner }, breather);
    } else {
      if (at === from.cluster) throw unreadable(`There is no cluster at byte ${at}`);
      if (head.id === ids.ebmlHead || head.id === ids.segment) return;
      if (head.bodyBytes === null) throw unreadable(`An element at byte ${at} has no size`);
      at += head.headBytes + head.bodyBytes;
    }
    inner = 0;
    const pause = breather.turn();
    if (pause) await pause;
  }
}

async function headAt(window: ByteWindow, at: number): Promise<ElementHead | null> {
  return readHead(await window.upTo(at, longestHeadBytes), 0);
}

/** Byte behind the cluster. */
async function* walkCluster(
  window: ByteWindow,
  cluster: { readonly at: number; readonly head: ElementHead; readonly inner: number },
  breather: Breather,
): AsyncGenerator<Block, number> {
  const start = cluster.at;
  const bodyStart = start + cluster.head.headBytes;
  const end = bodyStart + (cluster.head.bodyBytes ?? Infinity);
  let time: number | null = null;
  for (let at = bodyStart; at < end;) {
    const bytes = await window.upTo(at, lookBytes);
    const head = readHead(bytes, 0);
    if (head === null) {
      if (window.sizeBytes - at < longestHeadBytes) return window.sizeBytes;
      throw unreadable(`There is no Matroska element at byte ${at}`);
    }
    if (cluster.head.bodyBytes === null && topLevelIds.has(head.id)) return at;
    if (head.bodyBytes === null) throw unreadable(`An element at byte ${at} has no size`);
    const elementEnd = at + head.headBytes + head.bodyBytes;
    if (elementEnd > end) throw unreadable(`An element at byte ${at} does not fit its cluster`);
    if (elementEnd > window.sizeBytes) return window.sizeBytes;
    let next = elementEnd;
    if (head.id === ids.timestamp) {
      time = readNumber(bytes.subarray(head.headBytes, head.headBytes + head.bodyBytes), at);
      // Whoever knows a place in the cluster needs no more than its time.
      if (cluster.inner > 0) next = Math.max(elementEnd, start + cluster.inner);
    } else if (head.id === ids.simpleBlock || head.id === ids.blockGroup) {
      if (time === null) throw unreadable(`The cluster at byte ${start} has no time`);
      const place = { cluster: start, inner: at - start, time };
      const block =
        head.id === ids.simpleBlock
          ? readBlock(bytes, head.headBytes, { ...place, at, end: elementEnd })
          : await readGroup(window, at + head.headBytes, elementEnd, place);
      if (block !== null) yield block;
    }
    at = next;
    const pause = breather.turn();
    if (pause) await pause;
  }
  return end;
}

function readNumber(bytes: Uint8Array, at: number): number {
  if (bytes.length > 8) throw unreadable(`The number at byte ${at} has ${bytes.length} bytes`);
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

/** A block's own head: track, time relative to the cluster, flags (10.1, 10.2). */
function readBlock(
  bytes: Uint8Array,
  offset: number,
  place: BlockPlace & { readonly time: number; readonly at: number; readonly end: number },
): Block {
  const track = readSize(bytes, offset);
  const behind = offset + (track?.length ?? 0);
  const payloadStart = place.at + behind + 3;
  if (track === null || track.value === null || payloadStart > place.end) {
    throw unreadable(`The block at byte ${place.at} is cut short`);
  }
  const relative = (((bytes[behind] ?? 0) << 24) >> 16) | (bytes[behind + 1] ?? 0);
  const flags = bytes[behind + 2] ?? 0;
  return {
    ...{ cluster: place.cluster, inner: place.inner, track: track.value },
    ...{ ticks: place.time + relative, isKey: (flags & 0x80) !== 0, lacing: (flags >> 1) & 3 },
    ...{ payloadStart, end: place.end, durationTicks: null },
  };
}

/** A block in a group (5.1.3.5): a key frame where it refers to no other. null for a group without a block. */
async function readGroup(
  window: ByteWindow,
  start: number,
  end: number,
  place: BlockPlace & { readonly time: number },
): Promise<Block | null> {
  let block: Block | null = null;
  let durationTicks: number | null = null;
  let isKey = true;
  for (let at = start; at < end;) {
    const bytes = await window.upTo(at, lookBytes);
    const head = readHead(bytes, 0);
    const elementEnd = at + (head?.headBytes ?? 0) + (head?.bodyBytes ?? Infinity);
    if (head === null || head.bodyBytes === null || elementEnd > end) {
      throw unreadable(`The element at byte ${at} does not fit its group`);
    }
    if (head.id === ids.block) {
      block = readBlock(bytes, head.headBytes, { ...place, at, end: elementEnd });
    } else if (head.id === ids.blockDuration) {
      durationTicks = readNumber(bytes.subarray(head.headBytes, elementEnd - at), at);
    } else if (head.id === ids.referenceBlock) isKey = false;
    at = elementEnd;
  }
  return block === null ? null : { ...block, isKey, durationTicks };
}
