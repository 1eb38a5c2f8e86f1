import { onlyBox, openFullBox, readBoxes, type Box } from "../../iso/iso-boxes.ts";
import type { Breather } from "../breather.ts";
import type { ByteWindow } from "../byte-window.ts";
import { unreadable } from "../readable-file.ts";
import { innerBoxes, topLevelBoxes } from "./movie-boxes.ts";
import type { PacketTable } from "./packet-table.ts";

/** A track that fragments add packets to. */
export interface FragmentedTrack {
  readonly isSound: boolean;
  readonly defaults: SampleDefaults;
  readonly table: PacketTable;
  /** Decode time behind the last packet: where a fragment begins that does not say. */
  endTicks: number;
  /** A fragment uses another sample description than the first. */
  usesOtherDescriptions: boolean;
}

/** Of a track (`trex`) or a track's fragment (`tfhd`): ISO/IEC 14496-12, 8.8.3 and 8.8.7. */
export interface SampleDefaults {
  readonly description: number;
  readonly durationTicks: number;
  readonly sizeBytes: number;
  readonly flags: number;
}

/** Of each track of an `mvex` box, by track id. */
export function readTrackDefaults(bytes: Uint8Array, mvex: Box): Map<number, SampleDefaults> {
  const trexes = innerBoxes(bytes, mvex).filter(({ type }) => type === "trex");
  return new Map(
    trexes.map((trex) => {
      const { fields } = openFullBox(bytes, trex);
      const id = fields.uint32();
      const [description, durationTicks] = [fields.uint32(), fields.uint32()];
      return [
        id,
        { description, durationTicks, sizeBytes: fields.uint32(), flags: fields.uint32() },
      ];
    }),
  );
}

/** No fragment's description is longer: a fragment with a million packets has some 16 MB. */
const longestMoofBytes = 64 * 1024 * 1024;

/**
 * Adds the packets of all movie fragments from byte `start` of the file on (8.8). Only the fragments' boxes are
 * read, media data is passed over. Ends where the file is cut off.
 */
export async function readFragments(
  window: ByteWindow,
  start: number,
  tracks: ReadonlyMap<number, FragmentedTrack>,
  breather: Breather,
): Promise<void> {
  // A packet without a byte is no packet: a claim in a few bytes is not gone along with.
  const limits = { packets: Math.min(packetLimit, window.sizeBytes), breather };
  for await (const box of topLevelBoxes(window, start)) {
    if (box.type !== "moof") continue;
    const length = box.end - box.start;
    if (length > longestMoofBytes) throw unreadable(`A fragment's description has ${length} bytes`);
    const bytes = await window.bytes(box.start, length);
    const [moof] = readBoxes(bytes);
    if (moof === undefined) return;
    let previousEnd = box.start;
    for (const traf of innerBoxes(bytes, moof).filter(({ type }) => type === "traf")) {
      previousEnd = await readTrack(
        bytes,
        traf,
        { moofStart: box.start, previousEnd },
        tracks,
        limits,
      );
    }
  }
}

interface DataBase {
  readonly moofStart: number;
  /** End of the data of the track fragment before this one; the `moof` itself for the first. */
  readonly previousEnd: number;
}

/** Track fragment, 8.8.6: the end of its data. */
async function readTrack(
  bytes: Uint8Array,
  traf: Box,
  data: DataBase,
  tracks: ReadonlyMap<number, FragmentedTrack>,
  limits: Limits,
): Promise<number> {
  const boxes = innerBoxes(bytes, traf);
  const { flags, fields } = openFullBox(bytes, onlyBox(boxes, "tfhd"));
  const track = tracks.get(fields.uint32());
  if (track === undefined) return data.previousEnd;
  const ownBase = flags & 0x1 ? fields.uint64() : null;
  const { defaults: above } = track;
  const defaults: SampleDefaults = {
    description: flags & 0x2 ? fields.uint32() : above.description,
    durationTicks: flags & 0x8 ? fields.uint32() : above.durationTicks,
    sizeBytes: flags & 0x10 ? fields.uint32() : above.sizeBytes,
    flags: flags & 0x20 ? fields.uint32() : above.flags,
  };
  if (defaults.description !== 1) track.usesOtherDescriptions = true;
  const isBaseMoof = (flags & 0x20000) !== 0;
  const base = ownBase ?? (isBaseMoof ? data.moofStart : data.previousEnd);
  const tfdt = boxes.find(({ type }) => type === "tfdt");
  if (tfdt !== undefined) track.endTicks = readDecodeTime(bytes, tfdt);
  let position = base;
  for (const trun of boxes.filter(({ type }) => type === "trun")) {
    position = await readRun(bytes, trun, { base, position }, defaults, track, limits);
  }
  return position;
}

/** 8.8.12. */
function readDecodeTime(bytes: Uint8Array, tfdt: Box): number {
  const { version, fields } = openFullBox(bytes, tfdt);
  return version === 1 ? fields.uint64() : fields.uint32();
}

interface Limits {
  /** Of a track. */
  readonly packets: number;
  readonly breather: Breather;
}

/** A packet that is no random access point, or says that it needs others (8.8.3.1). */
const notSync = 0x10000 | 0x1000000;
/** See `sample-tables.ts`. */
const packetLimit = 2 ** 25;

/** Track run, 8.8.8: the end of its data. */
async function readRun(
  bytes: Uint8Array,
  trun: Box,
  place: { readonly base: number; readonly position: number },
  defaults: SampleDefaults,
  track: FragmentedTrack,
  limits: Limits,
): Promise<number> {
  const { flags, fields } = openFullBox(bytes, trun);
  const count = fields.uint32();
  let position = flags & 0x1 ? place.base + fields.int32() : place.position;
  const firstFlags = flags & 0x4 ? fields.uint32() : null;
  const fieldCount = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  if (4 * fieldCount * count > fields.remaining || track.table.count + count > limits.packets) {
    throw unreadable(`A fragment claims ${count} packets`);
  }
  if (count > 0) track.table.beginChunk(position);
  for (let i = 0; i < count; i++) {
    const durationTicks = flags & 0x100 ? fields.uint32() : defaults.durationTicks;
    const sizeBytes = flags & 0x200 ? fields.uint32() : defaults.sizeBytes;
    const ownFlags = flags & 0x400 ? fields.uint32() : defaults.flags;
    const sampleFlags = i === 0 ? (firstFlags ?? ownFlags) : ownFlags;
    // Signed in version 0 too, as all readers take it.
    const offsetTicks = flags & 0x800 ? fields.int32() : 0;
    const isSync = track.isSound || (sampleFlags & notSync) === 0;
    track.table.addPacket({
      ...{ sizeBytes, decodeTicks: track.endTicks, durationTicks, offsetTicks, isSync },
    });
    track.endTicks += durationTicks;
    position += sizeBytes;
    const pause = limits.breather.turn();
    if (pause) await pause;
  }
  return position;
}
