import { type Box, openFullBox } from "../../iso/iso-boxes.ts";
import type { Breather } from "../breather.ts";
import type { CopyObstacle } from "../demuxer.ts";
import { unreadable } from "../readable-file.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import { innerBoxes, openTable } from "./movie-boxes.ts";
import { PacketTable } from "./packet-table.ts";
import { readSyncPackets } from "./sync-packets.ts";
import { blockEntries, TableBlocks } from "./table-blocks.ts";
import {
  findChunks,
  findTimes,
  FoundRuns,
  type ChunkCursor,
  type TimeCursor,
} from "./table-runs.ts";

/** Four days at 60 frames a second have no more; of so many, looking at each takes seconds. */
const packetLimit = 2 ** 25;

interface TrackFacts {
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** Fragments will add packets to those of the tables. */
  readonly isFragmented: boolean;
  readonly isSound: boolean;
}

export interface SampleTables {
  readonly table: PacketTable;
  readonly obstacles: readonly CopyObstacle[];
}

/**
 * The packets of a track by its sample tables (ISO/IEC 14496-12, 8.6 and 8.7). What cannot be is MEDIA_UNREADABLE;
 * tables that disagree about how many packets there are make an obstacle.
 */
export async function readSampleTables(
  bytes: Uint8Array,
  stbl: Box,
  track: TrackFacts,
  breather: Breather,
): Promise<SampleTables> {
  const boxes = innerBoxes(bytes, stbl);
  const find = (...types: readonly string[]): Box | undefined =>
    boxes.find(({ type }) => types.includes(type));
  const sizes = await readSizes(bytes, find("stsz", "stz2"), track, breather);
  // Sound needs no packet but its own; and fragments say of each picture whether it is one.
  const told = track.isSound ? null : readSyncPackets(bytes, boxes);
  const isOpen = told === null && track.isFragmented && !track.isSound;
  const syncs = isOpen
    ? new GrowingNumbers(Uint32Array.from({ length: sizes.count }, (_, i) => i))
    : told;
  const table = new PacketTable(sizes.sizes, syncs);
  const obstacles: CopyObstacle[] = [];
  const placed = await placeChunks(bytes, find, table, sizes.count, breather);
  if (placed.usesOtherDescriptions) obstacles.push(otherDescriptions);
  const timed = await readDecodeTimes(bytes, find("stts"), table, breather);
  const offsets = await readOffsets(bytes, find("ctts"), table, breather);
  if (table.count < sizes.count || timed.packets < table.count || offsets < table.count) {
    obstacles.push(disagreement(table.count, sizes.count, timed.packets, offsets));
  }
  if (timed.isBackwards) obstacles.push(backwards);
  return { table, obstacles };
}

/** Of a sample description other than the first, in the tables and in fragments. */
export const otherDescriptions: CopyObstacle = {
  code: "sample-descriptions",
  message: "The track changes its sample description in mid-film",
};

const backwards: CopyObstacle = {
  code: "time-stamps",
  message: "Time stamps of the track go backwards in decode order",
};

function disagreement(placed: number, sized: number, timed: number, offset: number): CopyObstacle {
  const counts = `${sized} have a size, ${placed} a place, ${timed} a time`;
  const shown = Number.isFinite(offset) ? `, ${offset} a presentation time` : "";
  return { code: "tables", message: `Of the track's packets ${counts}${shown}` };
}

/** 8.7.3: `stsz` with one size for all or one each, `stz2` with 4, 8 or 16 bits each. */
async function readSizes(
  bytes: Uint8Array,
  box: Box | undefined,
  track: TrackFacts,
  breather: Breather,
): Promise<{ sizes: GrowingNumbers | number; count: number }> {
  if (box === undefined) return { sizes: new GrowingNumbers(), count: 0 };
  const { fields } = openFullBox(bytes, box);
  const field = fields.uint32();
  const count = fields.uint32();
  if (count > packetLimit) throw unreadable(`A track claims ${count} packets`);
  if (box.type === "stsz" && field > 0) {
    // More than the file can hold is no more than a claim.
    const held = Math.min(count, Math.floor(track.sizeBytes / field));
    const each = (): GrowingNumbers => new GrowingNumbers(new Uint32Array(held).fill(field));
    return { sizes: track.isFragmented ? each() : field, count: held };
  }
  const bits = box.type === "stsz" ? 32 : field & 0xff;
  if (![4, 8, 16, 32].includes(bits)) throw unreadable(`Packet sizes of ${bits} bits`);
  if (bits === 32) {
    return { sizes: new GrowingNumbers(new TableBlocks(bytes, box, 1, 4).all()), count };
  }
  const { view } = openTable(bytes, box, bits / 8, 4);
  const sizes = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    sizes[i] = narrowSize(view, bits, i);
    const pause = breather.turn();
    if (pause) await pause;
  }
  return { sizes: new GrowingNumbers(sizes), count };
}

function narrowSize(view: DataView, bits: number, i: number): number {
  if (bits === 16) return view.getUint16(2 * i);
  if (bits === 8) return view.getUint8(i);
  const both = view.getUint8(i >> 1);
  return i % 2 === 0 ? both >> 4 : both & 15;
}

/** 8.7.4 and 8.7.5: which packets lie in which chunk, and where the chunks are. */
async function placeChunks(
  bytes: Uint8Array,
  find: (...types: readonly string[]) => Box | undefined,
  table: PacketTable,
  packets: number,
  breather: Breather,
): Promise<{ usesOtherDescriptions: boolean }> {
  const offsetBox = find("stco", "co64");
  const chunkBox = find("stsc");
  if (offsetBox === undefined || chunkBox === undefined) return { usesOtherDescriptions: false };
  const isLarge = offsetBox.type === "co64";
  const offsets = new TableBlocks(bytes, offsetBox, isLarge ? 2 : 1);
  const groups = new TableBlocks(bytes, chunkBox, 3).all();
  const cursor: ChunkCursor = {
    ...{ groups, chunk: 0, packet: 0, group: -1 },
    ...{ longest: 0, usesOtherDescriptions: false },
  };
  const found = new FoundRuns();
  for (let from = 0; from < offsets.count && cursor.packet < packets; from += blockEntries) {
    findChunks(offsets.block(from), isLarge, packets, cursor, found);
    if (cursor.group < 0) throw unreadable("The first chunk of a track is in no group");
    table.addChunks(found, { end: cursor.packet, longest: cursor.longest });
    await breather.step();
  }
  return { usesOtherDescriptions: cursor.usesOtherDescriptions };
}

/** 8.6.1.2. A duration above 2^31 is a negative one, which writers used to mend their mistakes. */
async function readDecodeTimes(
  bytes: Uint8Array,
  box: Box | undefined,
  table: PacketTable,
  breather: Breather,
): Promise<{ packets: number; isBackwards: boolean }> {
  if (box === undefined) return { packets: 0, isBackwards: false };
  const durations = new TableBlocks(bytes, box, 2);
  const { packet, lowest } = await followTimes(durations, table.count, breather, (found) =>
    table.addAllTimes(found),
  );
  return { packets: packet, isBackwards: lowest < 0 };
}

/** 8.6.1.3. Signed in version 0 too, as all readers take it. How many packets have one; Infinity without a table. */
async function readOffsets(
  bytes: Uint8Array,
  box: Box | undefined,
  table: PacketTable,
  breather: Breather,
): Promise<number> {
  if (box === undefined) return Infinity;
  const offsets = new TableBlocks(bytes, box, 2);
  const { packet } = await followTimes(offsets, table.count, breather, (found, lowest) =>
    table.addAllOffsets(found, lowest),
  );
  return packet;
}

/** Goes through `stts` or `ctts`; `add` is given the runs of each block, and the lowest number until then. */
async function followTimes(
  pairs: TableBlocks,
  packets: number,
  breather: Breather,
  add: (found: FoundRuns, lowest: number) => void,
): Promise<TimeCursor> {
  const cursor: TimeCursor = { packet: 0, ticks: 0, last: Number.NaN, lowest: 0 };
  const found = new FoundRuns();
  for (let from = 0; from < pairs.count && cursor.packet < packets; from += blockEntries) {
    findTimes(pairs.block(from), packets, cursor, found);
    add(found, cursor.lowest);
    await breather.step();
  }
  return cursor;
}
