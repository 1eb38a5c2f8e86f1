import { childBoxes, onlyBox, openFullBox, readBoxes, type Box } from "./iso-boxes.ts";

/**
 * A copy of a plain MP4 whose leading empty edit, which carries the time of its first sample, is half a
 * tick longer. Shaka computes `duration / movieTimescale * trackTimescale` in floating point and drops
 * the fraction: measured, up to 8 % of the segments at 24000/1001, 30000/1001 and of AAC came out one
 * tick early (4.004 s · 30000 = 120119.99…). Half a tick more, it drops to the tick that is meant. For that
 * the movie timescale is doubled, and every edit's duration with it (ISO/IEC 14496-12, 8.2.2, 8.6.6).
 * For Shaka alone: the durations in `mvhd` and `tkhd`, which it does not use, stay as they were.
 * VERIFY_FAILED for bytes that are no such MP4.
 */
export function withHalfTick(bytes: Uint8Array): Uint8Array {
  const movie = childBoxes(bytes, onlyBox(readBoxes(bytes), "moov"));
  const copy = new Uint8Array(bytes);
  doubleTimescale(copy, onlyBox(movie, "mvhd"));
  for (const track of movie.filter(({ type }) => type === "trak")) {
    const edts = childBoxes(bytes, track).find(({ type }) => type === "edts");
    if (edts !== undefined) doubleEdits(copy, onlyBox(childBoxes(bytes, edts), "elst"));
  }
  return copy;
}

function doubleTimescale(bytes: Uint8Array, mvhd: Box): void {
  const { version, fields } = openFullBox(bytes, mvhd);
  fields.skip(version === 1 ? 16 : 8);
  const view = viewAt(bytes, fields.position);
  view.setUint32(0, fields.uint32() * 2);
}

function doubleEdits(bytes: Uint8Array, elst: Box): void {
  const { version, fields } = openFullBox(bytes, elst);
  const count = fields.uint32();
  for (let i = 0; i < count; i++) {
    const view = viewAt(bytes, fields.position);
    // FFmpeg changes to 64 bits where 31 do not suffice, so twice the duration still fits in 32.
    const doubled = 2 * (version === 1 ? fields.uint64() : fields.uint32());
    const isEmpty = fields.int32() === -1;
    fields.skip(version === 1 ? 8 : 4);
    const duration = isEmpty ? doubled + 1 : doubled;
    if (version === 1) view.setBigUint64(0, BigInt(duration));
    else view.setUint32(0, duration);
  }
}

function viewAt(bytes: Uint8Array, position: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + position);
}
