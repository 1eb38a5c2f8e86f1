import { BitWriter } from "../bit-writer.ts";

/** What an `esds` says beside the decoder's own information. */
export interface DecoderFacts {
  /** 0x40 for AAC, 0x6b for MP3, 0x20 for MPEG-4 video: mp4ra.org. */
  readonly objectType: number;
  readonly isSound: boolean;
  /** 0 where nothing is known. */
  readonly largestBitrateBps: number;
  readonly averageBitrateBps: number;
}

/**
 * Content of an `esds` box (ISO/IEC 14496-1, 7.2.6.5; ISO/IEC 14496-14, 3.1.2). `specificInfo`: for AAC the
 * AudioSpecificConfig, null for MP3, which has none.
 */
export function esdsBox(facts: DecoderFacts, specificInfo: Uint8Array | null): Uint8Array {
  const specific = specificInfo === null ? [] : descriptor(0x05, [...specificInfo]);
  const decoder = new BitWriter()
    .write(facts.objectType, 8)
    .write(facts.isSound ? 5 : 4, 6)
    .write(0, 1)
    .write(1, 1)
    .write(0, 24)
    .write(facts.largestBitrateBps, 32)
    .write(facts.averageBitrateBps, 32)
    .bytes();
  // In a file the stream has no number of its own, and its sync layer is the predefined one (2).
  const stream = [
    ...[0, 0, 0],
    ...descriptor(0x04, [...decoder, ...specific]),
    ...descriptor(0x06, [0x02]),
  ];
  return Uint8Array.from([0, 0, 0, 0, ...descriptor(0x03, stream)]);
}

/** 8.3.3: the size in four bytes of seven bits, as most writers have it. */
function descriptor(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  const size = [length >> 21, length >> 14, length >> 7].map((part) => 0x80 | (part & 0x7f));
  return [tag, ...size, length & 0x7f, ...content];
}
