import type { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import { walkBlocks, type Block } from "./block-walk.ts";
import { readAllCues, type Cue } from "./cues.ts";
import { longestHeadBytes, readHead } from "./ebml.ts";
import { ids } from "./element-ids.ts";
import { readFrameCount } from "./frame-count.ts";
import type { Segment } from "./segment.ts";
import type { MatroskaTrack } from "./tracks.ts";

/** A block with what is in it, its head left out. */
export interface WholeBlock extends Block {
  readonly payload: Uint8Array;
}

/** Disks and networks answer some looks at once in the time of one. */
const looksAtOnce = 6;
/** A disk that turns reads so much in the time of a look. */
const lookWorthBytes = 256 * 1024;
/** A file of so many bytes is read in a second; looks at it are not counted. */
const smallFileBytes = 64 * 1024 * 1024;
/** A page of text is some KB, a drawing of ASS some hundred. */
const largestBlockBytes = 4 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

/**
 * All blocks of a track that comes seldom, in file order, read where the cues say. null where they lead elsewhere or
 * may not list every block, and where reading the film over is quicker. What contradicts itself is MEDIA_UNREADABLE.
 */
export async function readCuedBlocks(
  segment: Segment,
  own: MatroskaTrack,
  breather: Breather,
): Promise<WholeBlock[] | null> {
  const expected = await readFrameCount(segment, own);
  // FFmpeg's library has a cue for every packet of subtitles, those of one moment too (matroskaenc.c).
  if (expected === null && !segment.muxingApp.startsWith("Lavf")) return null;
  const places = placesOf(await readAllCues(segment, breather), own.number);
  if (places === null || !isWorthIt(places, segment.file.sizeBytes)) return null;
  const looked = await lookAtAll(places, segment, breather);
  if (looked === null) return null;
  const frames = looked.reduce((sum, { block }) => sum + frameCount(block), 0);
  if (expected !== null && frames !== expected) return null;
  const listed = new Set(looked.map(({ block }) => byteOf(block)));
  const isGap = looked.some(({ next }) => next !== null && !listed.has(next));
  if (isGap || listed.size !== looked.length) return null;
  return looked.map(({ block }) => block).toSorted((a, b) => byteOf(a) - byteOf(b));
}

interface Place extends Cue {
  readonly relative: number;
}

/** A track's cues in file order; null where there are none, or one that only names a cluster. */
function placesOf(cues: readonly Cue[], track: number): Place[] | null {
  const own = cues.filter((cue) => cue.track === track);
  const places = own.flatMap((cue): Place[] => {
    return cue.relative === null ? [] : [{ ...cue, relative: cue.relative }];
  });
  if (places.length === 0 || places.length < own.length) return null;
  return places.toSorted((a, b) => a.cluster - b.cluster || a.relative - b.relative);
}

function isWorthIt(places: readonly Place[], sizeBytes: number): boolean {
  let [looks, last] = [0, -Infinity];
  for (const { cluster, relative } of places) {
    if (cluster + relative - last > lookWorthBytes) looks += 1;
    last = cluster + relative;
  }
  return looks * lookWorthBytes <= Math.max(sizeBytes, smallFileBytes);
}

interface Looked {
  readonly block: WholeBlock;
  /** Byte of the block that follows, where that is of the same track. */
  readonly next: number | null;
}

async function lookAtAll(
  places: readonly Place[],
  segment: Segment,
  breather: Breather,
): Promise<Looked[] | null> {
  const looked: Looked[] = [];
  let [at, bytes, isGood] = [0, 0, true];
  const work = async (): Promise<void> => {
    const window = new ByteWindow(segment.file, lookWorthBytes);
    for (let place = places[at++]; isGood && place !== undefined; place = places[at++]) {
      const found = await lookAt(place, window, breather);
      bytes += found?.block.payload.length ?? 0;
      isGood &&= found !== null && bytes <= mostBytes;
      if (found !== null) looked.push(found);
    }
  };
  await Promise.all(Array.from({ length: looksAtOnce }, work));
  return isGood ? looked : null;
}

async function lookAt(
  place: Place,
  window: ByteWindow,
  breather: Breather,
): Promise<Looked | null> {
  const head = readHead(await window.upTo(place.cluster, longestHeadBytes), 0);
  if (head?.id !== ids.cluster) return null;
  const from = { cluster: place.cluster, inner: head.headBytes + place.relative };
  let block: WholeBlock | null = null;
  for await (const found of walkBlocks(window, from, breather)) {
    if (block !== null) return { block, next: found.track === place.track ? byteOf(found) : null };
    const length = found.end - found.payloadStart;
    const isThere = byteOf(found) === from.cluster + from.inner && found.track === place.track;
    const isText = found.ticks === place.ticks && length <= largestBlockBytes;
    if (!isThere || !isText) return null;
    block = { ...found, payload: await window.bytes(found.payloadStart, length) };
  }
  return block === null ? null : { block, next: null };
}

function byteOf({ cluster, inner }: Block): number {
  return cluster + inner;
}

/** RFC 9559, 10.3: what is laced begins with its number of frames, less one. */
function frameCount({ lacing, payload }: WholeBlock): number {
  return lacing === 0 ? 1 : (payload[0] ?? 0) + 1;
}
