import type { CodecConfiguration } from "../demuxer.ts";

/** A NAL unit in a packet: its type and its bytes, head included; the last may be cut off with the packet. */
export interface NalUnit {
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

export type NalCodec = "h264" | "hevc";

/** Head of a NAL unit: ITU-T H.264, 7.3.1; ITU-T H.265, 7.3.1.2. */
function nalType(codec: NalCodec, bytes: Uint8Array): number {
  const first = bytes[0] ?? 0;
  return codec === "h264" ? first & 31 : (first >> 1) & 63;
}

/** The NAL units of a packet, or of its beginning, each preceded by its length (ISO/IEC 14496-15, 5.3.2). */
export function* nalUnits(
  codec: NalCodec,
  lengthBytes: number,
  packet: Uint8Array,
): Generator<NalUnit> {
  for (let at = 0; at + lengthBytes < packet.length;) {
    let length = 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (packet[at + i] ?? 0);
    const start = at + lengthBytes;
    const bytes = packet.subarray(start, start + length);
    if (bytes.length > 0) {
      yield { type: nalType(codec, bytes), bytes, isWhole: bytes.length === length };
    }
    at = start + length;
  }
}

/** Bytes of a length field, by `avcC` (5.3.3.1) or `hvcC` (8.3.3.1); 4 where the configuration is missing. */
export function nalLengthBytes({ form, bytes }: CodecConfiguration): number {
  const field = form === "avcC" ? bytes[4] : form === "hvcC" ? bytes[21] : undefined;
  return ((field ?? 3) & 3) + 1;
}
