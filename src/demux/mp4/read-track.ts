import { FieldReader, openFullBox, type Box } from "../../iso/iso-boxes.ts";
import type { Breather } from "../breather.ts";
import { copiedCodecs } from "../copied-codecs.ts";
import type { CopyObstacle } from "../demuxer.ts";
import { unreadable } from "../readable-file.ts";
import { readEdits, type Edit } from "./edit-list.ts";
import { asMediaError, findBox } from "./movie-boxes.ts";
import type { PacketTable } from "./packet-table.ts";
import { readSampleEntry, type SampleEntry } from "./sample-entry.ts";
import { readSampleTables } from "./sample-tables.ts";

/** A track as its boxes describe it; no edit is applied yet. */
export interface MovieTrack {
  /** Number by which fragments name it. */
  readonly id: number;
  readonly kind: "video" | "audio" | "other";
  readonly timescale: number;
  readonly entry: SampleEntry | null;
  readonly edits: readonly Edit[];
  /** null for a track whose packets are of no interest, or in disorder. */
  readonly table: PacketTable | null;
  /** How many of them the sample tables tell of; fragments tell of the rest. */
  readonly tablePackets: number;
  readonly obstacles: readonly CopyObstacle[];
}

/** A `trak` box (ISO/IEC 14496-12, 8.3). What is wrong with one track says nothing of the others: it is an obstacle. */
export async function readTrack(
  bytes: Uint8Array,
  trak: Box,
  file: { readonly sizeBytes: number; readonly isFragmented: boolean },
  breather: Breather,
): Promise<MovieTrack> {
  let track: MovieTrack = { ...emptyTrack, id: trackId(bytes, trak) };
  try {
    const [mdhd, hdlr] = ["mdhd", "hdlr"].map((type) => findBox(bytes, trak, "mdia", type));
    const stbl = findBox(bytes, trak, "mdia", "minf", "stbl");
    if (mdhd === undefined || hdlr === undefined || stbl === undefined) {
      throw unreadable("The track's description is incomplete");
    }
    track = { ...track, kind: readKind(bytes, hdlr), timescale: readTimescale(bytes, mdhd) || 1 };
    if (track.kind === "other") return track;
    const entry = readSampleEntry(bytes, stbl, track.kind);
    track = { ...track, entry, edits: readEdits(bytes, trak), obstacles: entry.obstacles };
    if (entry.codec === null || !copiedCodecs.has(entry.codec)) {
      return withObstacles(track, [notCopied(entry)]);
    }
    checkDataReference(bytes, trak, entry);
    const isSound = track.kind === "audio";
    const tables = await readSampleTables(bytes, stbl, { ...file, isSound }, breather);
    const { table } = tables;
    return withObstacles({ ...track, table, tablePackets: table.count }, tables.obstacles);
  } catch (thrown) {
    const error = asMediaError(thrown);
    if (!(error instanceof Error)) throw error;
    return withObstacles(track, [{ code: "tables", message: error.message }]);
  }
}

const emptyTrack: MovieTrack = {
  ...{ id: 0, kind: "other", timescale: 1, entry: null, edits: [], obstacles: [] },
  ...{ table: null, tablePackets: 0 },
};

export function withObstacles(track: MovieTrack, more: readonly CopyObstacle[]): MovieTrack {
  return { ...track, obstacles: [...track.obstacles, ...more] };
}

function notCopied({ type, codec }: SampleEntry): CopyObstacle {
  return { code: "codec", message: `Packets of ${codec ?? `type ${type}`} are not copied` };
}

/** Of a movie or media header (8.2.2, 8.4.2). */
export function readTimescale(bytes: Uint8Array, header: Box): number {
  const { version, fields } = openFullBox(bytes, header);
  fields.skip(version === 1 ? 16 : 8);
  return fields.uint32();
}

/** 8.3.2; 0 where the header is missing. */
function trackId(bytes: Uint8Array, trak: Box): number {
  const tkhd = findBox(bytes, trak, "tkhd");
  if (tkhd === undefined || tkhd.end - tkhd.bodyStart < 24) return 0;
  const { version, fields } = openFullBox(bytes, tkhd);
  fields.skip(version === 1 ? 16 : 8);
  return fields.uint32();
}

/** 8.4.3. */
function readKind(bytes: Uint8Array, hdlr: Box): MovieTrack["kind"] {
  const { fields } = openFullBox(bytes, hdlr);
  fields.skip(4);
  const type = fields.text(4);
  return type === "vide" ? "video" : type === "soun" ? "audio" : "other";
}

/** 8.7.2: media data may lie in another file, which is then not this film's. */
function checkDataReference(bytes: Uint8Array, trak: Box, entry: SampleEntry): void {
  const dref = findBox(bytes, trak, "mdia", "minf", "dinf", "dref");
  if (dref === undefined) return;
  const references = new FieldReader(bytes, dref.bodyStart + 8, dref.end, "dref");
  for (let number = 1; references.remaining >= 12; number++) {
    const size = references.uint32();
    references.skip(4);
    const isHere = (references.uint32() & 1) === 1;
    if (number === entry.dataReference && !isHere) {
      throw unreadable("The track's media lies in another file");
    }
    references.skip(Math.max(0, size - 12));
  }
}
