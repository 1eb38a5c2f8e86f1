import { BitReader } from "../bit-reader.ts";
import { nalUnits, type NalCodec } from "./nal-units.ts";

/**
 * What a coded picture is to one who begins to decode with it.
 *
 * `idr`: nothing from here on needs what was before. `idr-leading`: the same, with decodable leading pictures. `cra`, `bla`:
 * so it is for what is shown after it; leading pictures may need what was before. `recovery`: right from
 * this picture on (H.264's open GOP). `gradual`: right some pictures later. `key`: a key frame of AV1, VP8, VP9 or
 * MPEG-4. `radl`, `rasl`: a leading picture that can, or cannot, be decoded after its random access point.
 * `forward-key`: AV1's key frame that is shown later. `none`: no place to begin.
 */
export type RandomAccessKind =
  | "idr"
  | "idr-leading"
  | "cra"
  | "bla"
  | "recovery"
  | "gradual"
  | "key"
  | "forward-key"
  | "radl"
  | "rasl"
  | "none";

/** Of a packet by its first bytes, some hundred as a rule; null for a codec that is not looked into. */
export function randomAccessKind(
  codec: string | null,
  lengthBytes: number,
  packet: Uint8Array,
): RandomAccessKind | null {
  switch (codec) {
    case "h264":
    case "hevc":
      return codec === "h264" ? h264Kind(lengthBytes, packet) : hevcKind(lengthBytes, packet);
    case "av1":
      return av1Kind(packet);
    case "vp9":
      return vp9Kind(packet);
    case "vp8":
      // RFC 6386, 9.1.
      return ((packet[0] ?? 1) & 1) === 0 ? "key" : "none";
    case "mpeg4":
      return mpeg4Kind(packet);
    case null:
    default:
      return null;
  }
}

/** ITU-T H.264, 7.4.1: the first slice decides, and a recovery point SEI message before it (D.2.8). */
function h264Kind(lengthBytes: number, packet: Uint8Array): RandomAccessKind {
  let recoveryFrames: number | null = null;
  for (const { type, bytes } of nalUnits("h264", lengthBytes, packet)) {
    if (type === 5) return "idr";
    if (type === 6) recoveryFrames ??= recoveryPoint(bytes.subarray(1));
    if (type >= 1 && type <= 4) break;
  }
  if (recoveryFrames === null) return "none";
  return recoveryFrames === 0 ? "recovery" : "gradual";
}

/** recovery_frame_cnt of a recovery point among the SEI messages (7.3.2.3.1), null without. */
function recoveryPoint(escaped: Uint8Array): number | null {
  const bytes = withoutEscapes(escaped);
  for (let at = 0; at + 2 < bytes.length;) {
    const type = readByteSum(bytes, at);
    const size = readByteSum(bytes, type.end);
    if (type.value === 6) return new BitReader(bytes.subarray(size.end)).readUe();
    at = size.end + size.value;
  }
  return null;
}

function readByteSum(bytes: Uint8Array, start: number): { value: number; end: number } {
  let [at, value] = [start, 0];
  while (bytes[at] === 255) {
    value += 255;
    at += 1;
  }
  return { value: value + (bytes[at] ?? 0), end: at + 1 };
}

/** A 3 after two zeros is none of the payload (7.4.1). */
function withoutEscapes(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, i) => !(byte === 3 && bytes[i - 1] === 0 && bytes[i - 2] === 0));
}

const hevcKinds: Readonly<Record<number, RandomAccessKind>> = {
  ...{ 6: "radl", 7: "radl", 8: "rasl", 9: "rasl", 16: "bla", 17: "bla", 18: "bla" },
  ...{ 19: "idr-leading", 20: "idr", 21: "cra" },
};

/** ITU-T H.265, table 7-1. */
function hevcKind(lengthBytes: number, packet: Uint8Array): RandomAccessKind {
  const codec: NalCodec = "hevc";
  for (const { type } of nalUnits(codec, lengthBytes, packet)) {
    if (type < 32) return hevcKinds[type] ?? "none";
  }
  return "none";
}

/** AV1 Bitstream & Decoding Process Specification, 5.3 to 5.9.2; a place to begin needs a sequence header (7.20). */
function av1Kind(packet: Uint8Array): RandomAccessKind {
  let hasSequence = false;
  for (let at = 0; at < packet.length;) {
    const head = packet[at] ?? 0;
    const type = (head >> 3) & 15;
    const extension = (head >> 2) & 1;
    const hasSize = ((head >> 1) & 1) === 1;
    const size = hasSize ? readLeb128(packet, at + 1 + extension) : null;
    const body = at + 1 + extension + (size?.length ?? 0);
    if (type === 1) hasSequence = true;
    if (type === 3 || type === 6) {
      const bits = new BitReader(packet.subarray(body));
      const showsExisting = bits.read(1) === 1;
      const isKey = !showsExisting && bits.read(2) === 0;
      if (!isKey || !hasSequence) return "none";
      return bits.read(1) === 1 ? "key" : "forward-key";
    }
    if (size === null) break;
    at = body + size.value;
  }
  return "none";
}

function readLeb128(bytes: Uint8Array, start: number): { value: number; length: number } {
  let [value, length] = [0, 0];
  while (length < 8) {
    const byte = bytes[start + length] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * length);
    length += 1;
    if ((byte & 0x80) === 0) break;
  }
  return { value, length };
}

/** VP9 Bitstream & Decoding Process Specification, 6.2. */
function vp9Kind(packet: Uint8Array): RandomAccessKind {
  const bits = new BitReader(packet);
  if (bits.read(2) !== 2) return "none";
  const profile = bits.read(1) + 2 * bits.read(1);
  if (profile === 3) bits.skip(1);
  const showsExisting = bits.read(1) === 1;
  return !showsExisting && bits.read(1) === 0 && !bits.isPastEnd ? "key" : "none";
}

/** ISO/IEC 14496-2, 6.2.5: the first video object plane is intra-coded. */
function mpeg4Kind(packet: Uint8Array): RandomAccessKind {
  for (let at = 0; at + 4 < packet.length; at++) {
    const isPlane =
      packet[at] === 0 && packet[at + 1] === 0 && packet[at + 2] === 1 && packet[at + 3] === 0xb6;
    if (isPlane) return (packet[at + 4] ?? 0) >> 6 === 0 ? "key" : "none";
  }
  return "none";
}
