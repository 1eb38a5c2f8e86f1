import type { CodecConfiguration, SoundFrame } from "../demuxer.ts";
import { BitReader } from "../bit-reader.ts";

/**
 * How much sound a packet holds, by its own first bytes or the codec's configuration; null for a codec whose packets
 * differ or say nothing. AAC counts at its core's rate: twice as many samples come out of it with SBR, in the
 * same time. `packet` is the whole first packet.
 */
export function soundFrame(
  codec: string | null,
  configuration: CodecConfiguration | null,
  packet: Uint8Array,
): SoundFrame | null {
  switch (codec) {
    case "aac":
      return configuration?.form === "esds" ? aacFrame(configuration.bytes) : null;
    case "ac3":
      return ac3Frame(packet);
    case "eac3":
      return eac3Frame(packet);
    case "mp3":
    case "mp2":
      return mpegFrame(packet);
    case "opus":
      return opusFrame(packet);
    case "flac":
      return flacFrame(configuration);
    case null:
    default:
      return null;
  }
}

const aacRatesHz = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000,
  7350,
];

/** AudioSpecificConfig, ISO/IEC 14496-3, 1.6.2.1; frameLengthFlag of 4.4.1. */
function aacFrame(configuration: Uint8Array): SoundFrame | null {
  const bits = new BitReader(configuration);
  let type = readObjectType(bits);
  const rateHz = readRate(bits);
  bits.skip(4);
  // SBR, and with parametric stereo: the extension's rate, and then the type of the core.
  if (type === 5 || type === 29) {
    readRate(bits);
    type = readObjectType(bits);
  }
  // AAC Main, LC, SSR, LTP and their kin; others (USAC, ELD) are laid out otherwise.
  if (![1, 2, 3, 4, 6, 17, 19, 20].includes(type) || rateHz === 0) return null;
  const samples = bits.read(1) === 1 ? 960 : 1024;
  return bits.isPastEnd ? null : { samples, rateHz };
}

function readObjectType(bits: BitReader): number {
  const type = bits.read(5);
  return type === 31 ? 32 + bits.read(6) : type;
}

function readRate(bits: BitReader): number {
  const index = bits.read(4);
  return index === 15 ? bits.read(24) : (aacRatesHz[index] ?? 0);
}

const dolbyRatesHz = [48_000, 44_100, 32_000];

/** ETSI TS 102 366, 4.3 and 4.4.1; streams of bsid 9 and 10 run at a half and a quarter of the rate. */
function ac3Frame(packet: Uint8Array): SoundFrame | null {
  if (packet[0] !== 0x0b || packet[1] !== 0x77) return null;
  const rateHz = dolbyRatesHz[(packet[4] ?? 0) >> 6];
  const bsid = (packet[5] ?? 0) >> 3;
  if (rateHz === undefined || bsid > 10) return null;
  return { samples: 1536, rateHz: rateHz >> Math.max(0, bsid - 8) };
}

/** ETSI TS 102 366, E.1.2 and E.1.3.1: a packet may hold several frames, and frames of dependent substreams. */
function eac3Frame(packet: Uint8Array): SoundFrame | null {
  let [samples, rateHz] = [0, 0];
  for (let at = 0; at + 6 <= packet.length;) {
    const bits = new BitReader(packet.subarray(at));
    if (bits.read(16) !== 0x0b77) return null;
    const type = bits.read(2);
    const substream = bits.read(3);
    const frameBytes = 2 * (bits.read(11) + 1);
    const rateCode = bits.read(2);
    const second = bits.read(2);
    const blocks = rateCode === 3 ? 6 : ([1, 2, 3, 6][second] ?? 6);
    rateHz = rateCode === 3 ? (dolbyRatesHz[second] ?? 0) >> 1 : (dolbyRatesHz[rateCode] ?? 0);
    if (type !== 1 && substream === 0) samples += 256 * blocks;
    at += frameBytes;
  }
  return samples > 0 && rateHz > 0 ? { samples, rateHz } : null;
}

/** ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3 and its "2.5" halve and quarter the rate. */
function mpegFrame(packet: Uint8Array): SoundFrame | null {
  const bits = new BitReader(packet);
  if (bits.read(11) !== 0x7ff) return null;
  const version = bits.read(2);
  const layer = bits.read(2);
  bits.skip(5);
  const rateHz = [44_100, 48_000, 32_000][bits.read(2)];
  if (version === 1 || layer === 0 || rateHz === undefined || bits.isPastEnd) return null;
  const samples = layer === 3 ? 384 : layer === 1 && version !== 3 ? 576 : 1152;
  return { samples, rateHz: rateHz >> (version === 3 ? 0 : version === 2 ? 1 : 2) };
}

/** RFC 6716, 3.1: by the table-of-contents byte; at 48 kHz, as the container counts. */
function opusFrame(packet: Uint8Array): SoundFrame | null {
  const [toc, second = 0] = packet;
  if (toc === undefined) return null;
  const config = toc >> 3;
  const each =
    config < 12
      ? ([480, 960, 1920, 2880][config & 3] ?? 0)
      : config < 16
        ? 480 << (config & 1)
        : 120 << (config & 3);
  const count = (toc & 3) === 0 ? 1 : (toc & 3) === 3 ? second & 63 : 2;
  return count > 0 ? { samples: each * count, rateHz: 48_000 } : null;
}

/** RFC 9639, 8.2: only streams of one block size. */
function flacFrame(configuration: CodecConfiguration | null): SoundFrame | null {
  if (configuration === null) return null;
  // The marker before the metadata blocks, or a full box's version and flags; then a block's head.
  const start = configuration.form === "fLaC" || configuration.form === "dfLa" ? 8 : 0;
  const bits = new BitReader(configuration.bytes.subarray(start));
  const [smallest, largest] = [bits.read(16), bits.read(16)];
  bits.skip(48);
  const rateHz = bits.read(20);
  const isEven = smallest === largest && smallest > 0 && rateHz > 0 && !bits.isPastEnd;
  return isEven ? { samples: smallest, rateHz } : null;
}
