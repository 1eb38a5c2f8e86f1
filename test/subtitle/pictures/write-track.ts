import { ebmlElement, ebmlUint } from "../../../src/demux/matroska/write-ebml.ts";

export interface WrittenPacket {
  readonly timeMs: number;
  readonly durationMs: number | null;
  readonly data: Uint8Array;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A Matroska file of one track of subtitles, of packets that no encoder makes. */
export function writeTrack(
  codecId: string,
  privateData: Uint8Array | null,
  packets: readonly WrittenPacket[],
): Uint8Array {
  const track = ebmlElement(
    0xae,
    ...[ebmlElement(0xd7, ebmlUint(1)), ebmlElement(0x73c5, ebmlUint(1))],
    ...[ebmlElement(0x83, ebmlUint(0x11)), ebmlElement(0x86, text(codecId))],
    ...(privateData === null ? [] : [ebmlElement(0x63a2, privateData)]),
  );
  const clusters = packets.map(({ timeMs, durationMs, data }) =>
    ebmlElement(
      0x1f43b675,
      ebmlElement(0xe7, ebmlUint(timeMs)),
      ebmlElement(
        0xa0,
        ebmlElement(0xa1, Uint8Array.of(0x81, 0, 0, 0), data),
        ...(durationMs === null ? [] : [ebmlElement(0x9b, ebmlUint(durationMs))]),
      ),
    ),
  );
  return Buffer.concat([
    ebmlElement(0x1a45dfa3, ebmlElement(0x4282, text("matroska"))),
    ebmlElement(
      0x18538067,
      ebmlElement(0x1549a966, ebmlElement(0x2ad7b1, ebmlUint(1_000_000))),
      ebmlElement(0x1654ae6b, track),
      ...clusters,
    ),
  ]);
}
