import { BitReader } from "../bit-reader.ts";
import { BitWriter } from "../bit-writer.ts";

/** Content of `dac3` by an AC-3 frame (ETSI TS 102 366, F.4 and 4.3); null for what is no such frame. */
export function ac3SpecificBox(packet: Uint8Array): Uint8Array | null {
  const bits = new BitReader(packet);
  if (bits.read(16) !== 0x0b77) return null;
  bits.skip(16);
  const rateCode = bits.read(2);
  const sizeCode = bits.read(6);
  const [bsid, bsmod, acmod] = [bits.read(5), bits.read(3), bits.read(3)];
  // Mix levels of centre and surround, or how two channels are matrixed.
  if ((acmod & 1) !== 0 && acmod !== 1) bits.skip(2);
  if ((acmod & 4) !== 0) bits.skip(2);
  if (acmod === 2) bits.skip(2);
  const lfe = bits.read(1);
  if (bsid > 10 || rateCode === 3 || bits.isPastEnd) return null;
  return new BitWriter()
    .write(rateCode, 2)
    .write(bsid, 5)
    .write(bsmod, 3)
    .write(acmod, 3)
    .write(lfe, 1)
    .write(sizeCode >> 1, 5)
    .write(0, 5)
    .bytes();
}

/**
 * Content of `dec3` by an E-AC-3 packet (ETSI TS 102 366, F.6 and E.1.2). null for what is none, and for streams with
 * more than one program or with dependent substreams, whose channels it does not work out.
 */
export function eac3SpecificBox(packet: Uint8Array): Uint8Array | null {
  let [at, samples] = [0, 0];
  let first: Eac3Frame | null = null;
  while (at + 8 <= packet.length) {
    const frame = readEac3Frame(packet.subarray(at));
    if (frame === null || frame.type === 1 || frame.substream !== 0) return null;
    first ??= frame;
    samples += frame.samples;
    at += frame.bytes;
  }
  if (first === null) return null;
  const { rateCode, rateHz, bsid, acmod, lfe } = first;
  const kilobitsPerSecond = Math.floor((8 * at * rateHz) / samples / 1000);
  return new BitWriter()
    .write(kilobitsPerSecond, 13)
    .write(0, 3)
    .write(rateCode, 2)
    .write(bsid, 5)
    .write(0, 2)
    .write(0, 3)
    .write(acmod, 3)
    .write(lfe, 1)
    .write(0, 3)
    .write(0, 4)
    .write(0, 1)
    .bytes();
}

interface Eac3Frame {
  readonly type: number;
  readonly substream: number;
  readonly bytes: number;
  readonly rateCode: number;
  readonly rateHz: number;
  readonly samples: number;
  readonly acmod: number;
  readonly lfe: number;
  readonly bsid: number;
}

const ratesHz = [48_000, 44_100, 32_000];

function readEac3Frame(packet: Uint8Array): Eac3Frame | null {
  const bits = new BitReader(packet);
  if (bits.read(16) !== 0x0b77) return null;
  const [type, substream, size] = [bits.read(2), bits.read(3), bits.read(11)];
  const rateCode = bits.read(2);
  const second = bits.read(2);
  const rateHz = rateCode === 3 ? (ratesHz[second] ?? 0) / 2 : (ratesHz[rateCode] ?? 0);
  const blocks = rateCode === 3 ? 6 : ([1, 2, 3, 6][second] ?? 6);
  const [acmod, lfe, bsid] = [bits.read(3), bits.read(1), bits.read(5)];
  if (bsid <= 10 || bsid > 16 || rateHz === 0) return null;
  const samples = 256 * blocks;
  return { type, substream, bytes: 2 * (size + 1), rateCode, rateHz, samples, acmod, lfe, bsid };
}
