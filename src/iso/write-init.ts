import { box, fullBox, u16, u32, zeros } from "./write-box.ts";

export interface TrackHeader {
  readonly kind: "video" | "audio";
  readonly timescale: number;
  /** Shown size; 0 for sound. */
  readonly width: number;
  readonly height: number;
  /** Media time that is shown first: how far pictures are shown behind their decoding; 0 for sound. */
  readonly mediaTimeTicks: number;
  /** The whole sample entry, e.g. an `avc1` box (ISO/IEC 14496-12, 8.5.2). */
  readonly sampleEntry: Uint8Array;
}

const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);
const undetermined = 0x55c4;

/** The header of a fragmented file of one track, number 1, (8.8, 8.2, 8.3, 8.4, 8.6). */
export function writeInit(track: TrackHeader): Uint8Array {
  const isVideo = track.kind === "video";
  const ftyp = box("ftyp", "iso6", u32(0), "iso6", "cmfc", "mp41");
  const mvhd = fullBox(
    ...(["mvhd", 0, 0] as const),
    ...[u32(0), u32(0), u32(track.timescale), u32(0), u32(0x10000), u16(0x100), zeros(10)],
    ...[matrix, zeros(24), u32(2)],
  );
  const volume = isVideo ? 0 : 0x100;
  const tkhd = fullBox(
    ...(["tkhd", 0, 7] as const),
    ...[u32(0), u32(0), u32(1), u32(0), u32(0), zeros(8), u16(0), u16(0), u16(volume), u16(0)],
    ...[matrix, u32(track.width * 0x10000), u32(track.height * 0x10000)],
  );
  const mdhd = fullBox(
    ...(["mdhd", 0, 0] as const),
    ...[u32(0), u32(0), u32(track.timescale), u32(0), u16(undetermined), u16(0)],
  );
  const hdlr = fullBox("hdlr", 0, 0, u32(0), isVideo ? "vide" : "soun", zeros(12), [0]);
  const header = isVideo ? fullBox("vmhd", 0, 1, zeros(8)) : fullBox("smhd", 0, 0, zeros(4));
  const dinf = box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1)));
  const stbl = box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), track.sampleEntry),
    ...(["stts", "stsc", "stco"] as const).map((type) => fullBox(type, 0, 0, u32(0))),
    fullBox("stsz", 0, 0, u32(0), u32(0)),
  );
  const minf = box("minf", header, dinf, stbl);
  // To the end, at its own pace (8.6.6).
  const edit = [u32(1), u32(0), u32(track.mediaTimeTicks), u16(1), u16(0)];
  const edts = track.mediaTimeTicks === 0 ? [] : [box("edts", fullBox("elst", 0, 0, ...edit))];
  const trak = box("trak", tkhd, ...edts, box("mdia", mdhd, hdlr, minf));
  const trex = fullBox("trex", 0, 0, u32(1), u32(1), u32(0), u32(0), u32(0));
  const moov = box("moov", mvhd, trak, box("mvex", trex));
  const bytes = new Uint8Array(ftyp.byteLength + moov.byteLength);
  bytes.set(ftyp, 0);
  bytes.set(moov, ftyp.byteLength);
  return bytes;
}
