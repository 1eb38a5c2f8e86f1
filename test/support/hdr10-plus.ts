import { BitWriter } from "../../src/demux/bit-writer.ts";

/**
 * A stream of HEVC (Annex B) with a message of SMPTE ST 2094-40 before each picture, as HDR10+ films have it: Debian's
 * x265 writes none. ITU-T H.265, D.2.6, with CTA-861.4's content; the light told changes from picture to picture.
 */
export function withHdr10Plus(stream: Uint8Array): { bytes: Uint8Array; pictures: number } {
  const parts: Uint8Array[] = [];
  let [written, pictures] = [0, 0];
  for (let at = 0; at + 5 < stream.length; at++) {
    const isStart = stream[at] === 0 && stream[at + 1] === 0 && stream[at + 2] === 1;
    if (!isStart) continue;
    const type = ((stream[at + 3] ?? 0) >> 1) & 63;
    const isFirstSlice = type < 32 && ((stream[at + 5] ?? 0) & 0x80) !== 0;
    if (!isFirstSlice) continue;
    parts.push(stream.subarray(written, at), message(pictures++));
    written = at;
  }
  return { bytes: Buffer.concat([...parts, stream.subarray(written)]), pictures };
}

/** A NAL unit with its start code. */
function message(picture: number): Uint8Array {
  const bits = new BitWriter();
  // United States, Samsung, oriented code 1, application 4 of version 1; then one window.
  for (const [value, length] of [
    [0xb5, 8],
    [0x003c, 16],
    [1, 16],
    [4, 8],
    [1, 8],
    [1, 2],
  ] as const) {
    bits.write(value, length);
  }
  // Targeted display of 400 cd/m² without its own map of peaks.
  bits.write(400, 27).write(0, 1);
  for (const light of [4000 + picture, 5000, 6000, 3000]) bits.write(light, 17);
  // No percentiles, few bright samples; no mastering map, no curve, no saturation.
  bits.write(0, 4).write(10, 10).write(0, 1).write(0, 1).write(0, 1);
  const payload = bits.bytes();
  const head = [0x4e, 0x01, 4, payload.length];
  const plain = [...head, ...payload, 0x80];
  const escaped: number[] = [];
  for (const byte of plain) {
    if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3);
    escaped.push(byte);
  }
  return Uint8Array.of(0, 0, 0, 1, ...escaped);
}
