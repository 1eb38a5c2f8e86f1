import { ByteWindow } from "../byte-window.ts";
import { readExactly, unreadable, type ReadableFile } from "../readable-file.ts";
import { elements, longestHeadBytes, readHead, textOf, uintOf } from "./ebml.ts";
import { ids } from "./element-ids.ts";
import { readTracks, type MatroskaTrack } from "./tracks.ts";

/** What stands in a Matroska file before and around its clusters. */
export interface Segment {
  readonly file: ReadableFile;
  /** First byte of the segment's body, from which the file's own positions count. */
  readonly bodyStart: number;
  /** Nanoseconds a tick. */
  readonly timestampScale: number;
  /** The library that wrote the file, e.g. `Lavf59.27.100`; empty where it does not say. */
  readonly muxingApp: string;
  readonly tracks: readonly MatroskaTrack[];
  /** null in a file without any. */
  readonly firstCluster: number | null;
  /** Where the cues are, behind their head; null in a file without. */
  readonly cues: Range | null;
  /** In the same way, where the file claims that they are. */
  readonly tags: Range | null;
  /** In the same way: fonts, pictures and whatever else is in the file. */
  readonly attachments: Range | null;
}

/** Descriptions of tracks are some KB, cues some 100 KB: more is a claim. */
const longestMasterBytes = 64 * 1024 * 1024;
const topLevelLimit = 100_000;
const wantedIds: ReadonlySet<number> = new Set([
  ...[ids.info, ids.tracks, ids.cues, ids.tags, ids.attachments, ids.seekHead],
]);

/** Reads all but the cues and clusters. MEDIA_UNREADABLE for what is no Matroska or WebM file. */
export async function readSegment(file: ReadableFile): Promise<Segment> {
  const window = new ByteWindow(file, 64 * 1024);
  const bodyStart = await findSegment(window);
  const found = await collect(window, bodyStart);
  if (found.tracks === null) throw unreadable("The file describes no tracks");
  const read = async (range: Range): Promise<Uint8Array> =>
    await readExactly(file, range.start, range.end - range.start);
  const info = found.info === null ? new Uint8Array(0) : await read(found.info);
  const timestampScale = readScale(info);
  const tracks = readTracks(await read(found.tracks), timestampScale);
  return {
    ...{ file, bodyStart, timestampScale, muxingApp: readMuxingApp(info), tracks },
    ...{ firstCluster: found.firstCluster, cues: found.cues, tags: found.tags },
    attachments: found.attachments,
  };
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The first byte of the segment's body (RFC 9559, 4.5). */
async function findSegment(window: ByteWindow): Promise<number> {
  const start = await window.upTo(0, longestHeadBytes);
  const head = readHead(start, 0);
  if (head?.id !== ids.ebmlHead || head.bodyBytes === null || head.bodyBytes > 4096) {
    throw unreadable("The file does not begin as Matroska does");
  }
  const bytes = await window.bytes(head.headBytes, head.bodyBytes);
  const docType = [...elements(bytes)].find(({ id }) => id === ids.docType);
  const type = docType === undefined ? "matroska" : textOf(bytes, docType);
  if (type !== "matroska" && type !== "webm") throw unreadable(`The file is of the type ${type}`);
  let at = head.headBytes + head.bodyBytes;
  for (let count = 0; count < 16; count++) {
    const next = readHead(await window.upTo(at, longestHeadBytes), 0);
    if (next === null) break;
    if (next.id === ids.segment) return at + next.headBytes;
    if (next.bodyBytes === null) break;
    at += next.headBytes + next.bodyBytes;
  }
  throw unreadable("The file has no segment");
}

interface Found {
  info: Range | null;
  tracks: Range | null;
  cues: Range | null;
  tags: Range | null;
  attachments: Range | null;
  firstCluster: number | null;
}

/** What stands before the first cluster, and what the seek heads say is behind the last. */
async function collect(window: ByteWindow, bodyStart: number): Promise<Found> {
  const found: Found = {
    ...{ info: null, tracks: null, cues: null, tags: null, attachments: null },
    firstCluster: null,
  };
  const told: number[] = [];
  let at = bodyStart;
  for (let count = 0; found.firstCluster === null; count++) {
    if (count === topLevelLimit) throw unreadable("The file has more elements than any film");
    const range = await note(window, at, found, told);
    if (range === null) break;
    at = range.end;
  }
  // A seek head may name another one, which is the last that is believed.
  for (let i = 0; i < told.length && i < 64; i++) {
    const position = bodyStart + (told[i] ?? 0);
    if (position < window.sizeBytes) await note(window, position, found, told);
  }
  return found;
}

/** Takes down the element at `at`; null where there is none, or it has no size. */
async function note(
  window: ByteWindow,
  at: number,
  found: Found,
  told: number[],
): Promise<Range | null> {
  const head = readHead(await window.upTo(at, longestHeadBytes), 0);
  if (head === null) return null;
  if (head.id === ids.cluster) {
    found.firstCluster ??= at;
    return { start: at, end: at };
  }
  if (head.bodyBytes === null) return null;
  const range = { start: at + head.headBytes, end: at + head.headBytes + head.bodyBytes };
  if (head.id === ids.tags) found.tags ??= range;
  if (head.id === ids.attachments) found.attachments ??= range;
  if (head.id === ids.tags || head.id === ids.attachments || !wantedIds.has(head.id)) return range;
  if (range.end > window.sizeBytes || head.bodyBytes > longestMasterBytes) return null;
  if (head.id === ids.info) found.info ??= range;
  if (head.id === ids.tracks) found.tracks ??= range;
  if (head.id === ids.cues) found.cues ??= range;
  if (head.id === ids.seekHead) {
    told.push(...seekPositions(await window.bytes(range.start, head.bodyBytes)));
  }
  return range;
}

/** RFC 9559, 5.1.1: of what is of interest. */
function seekPositions(bytes: Uint8Array): number[] {
  const positions: number[] = [];
  for (const seek of elements(bytes)) {
    if (seek.id !== ids.seek || positions.length > 32) continue;
    let [id, position] = [0, -1];
    for (const element of elements(bytes, seek.bodyStart, seek.end)) {
      if (element.id === ids.seekId) id = uintOf(bytes, element);
      if (element.id === ids.seekPosition) position = uintOf(bytes, element);
    }
    if (wantedIds.has(id) && position >= 0) positions.push(position);
  }
  return positions;
}

function readScale(bytes: Uint8Array): number {
  const element = [...elements(bytes)].find(({ id }) => id === ids.timestampScale);
  return (element === undefined ? 0 : uintOf(bytes, element)) || 1_000_000;
}

function readMuxingApp(bytes: Uint8Array): string {
  const element = [...elements(bytes)].find(({ id }) => id === ids.muxingApp);
  return element === undefined ? "" : textOf(bytes, element);
}
