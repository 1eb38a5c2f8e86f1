import { childBoxes, onlyBox, openFullBox, readBoxes, type Box } from "../iso-boxes.ts";
import { presentationDelay } from "../init-segment.ts";

/** What of a track's init segment a plain movie says as well. */
export interface TrackParts {
  readonly isVideo: boolean;
  /** Ticks a second. */
  readonly timescale: number;
  /** Media time that is shown first, ticks. */
  readonly mediaTimeTicks: number;
  /** ISO 639-2/T, packed as `mdhd` has it (ISO/IEC 14496-12, 8.4.2). */
  readonly language: number;
  /** `tkhd` from its layer on: volume, matrix, shown size (8.3.2). */
  readonly appearance: Uint8Array;
  /** Whole boxes, as they are. */
  readonly hdlr: Uint8Array;
  /** `vmhd` or `smhd`, and `dinf`. */
  readonly mediaHeaders: readonly Uint8Array[];
  readonly stsd: Uint8Array;
}

/** Reads an init segment of one track. VERIFY_FAILED for bytes that are none. */
export function readTrackParts(init: Uint8Array): TrackParts {
  const whole = ({ start, end }: Box): Uint8Array => init.slice(start, end);
  const moov = childBoxes(init, onlyBox(readBoxes(init), "moov"));
  const trak = childBoxes(init, onlyBox(moov, "trak"));
  const mdia = childBoxes(init, onlyBox(trak, "mdia"));
  const minf = childBoxes(init, onlyBox(mdia, "minf"));
  const stbl = childBoxes(init, onlyBox(minf, "stbl"));
  const tkhd = openFullBox(init, onlyBox(trak, "tkhd"));
  // Times, identifier, a reserved field and duration; eight reserved bytes behind them.
  tkhd.fields.skip((tkhd.version === 1 ? 32 : 20) + 8);
  const mdhd = openFullBox(init, onlyBox(mdia, "mdhd"));
  mdhd.fields.skip(mdhd.version === 1 ? 16 : 8);
  const timescale = mdhd.fields.uint32();
  mdhd.fields.skip(mdhd.version === 1 ? 8 : 4);
  return {
    isVideo: minf.some(({ type }) => type === "vmhd"),
    timescale,
    mediaTimeTicks: presentationDelay(init),
    language: mdhd.fields.uint16(),
    appearance: init.slice(tkhd.fields.position, onlyBox(trak, "tkhd").end),
    hdlr: whole(onlyBox(mdia, "hdlr")),
    mediaHeaders: minf.filter(({ type }) => /^(?:vmhd|smhd|dinf)$/.test(type)).map(whole),
    stsd: whole(onlyBox(stbl, "stsd")),
  };
}
