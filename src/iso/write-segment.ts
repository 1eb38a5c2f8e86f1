import { box, fullBox, u32, u64 } from "./write-box.ts";

/** A sample on its way into a segment. Ticks of the track. */
export interface SegmentSample {
  readonly durationTicks: number;
  /** Presentation minus decode time. */
  readonly compositionOffsetTicks: number;
  readonly isSync: boolean;
  readonly data: Uint8Array;
}

export interface SegmentContent {
  readonly sequenceNumber: number;
  /** Of the first sample. */
  readonly decodeTimeTicks: number;
  readonly samples: readonly SegmentSample[];
}

/** sample_depends_on 2 (none), and 1 with sample_is_non_sync_sample (8.8.3.1). */
const syncFlags = 0x02000000;
const nonSyncFlags = 0x01010000;

/**
 * A CMAF media segment of one movie fragment with track 1 (ISO/IEC 23000-19, 7.3.2).
 */
export function writeSegment(content: SegmentContent): Uint8Array {
  const { samples } = content;
  const styp = box("styp", "msdh", u32(0), "msdh", "cmfs");
  const head = moof(content, 0);
  // The data offset counts from the moof to the first sample, behind the header of mdat.
  const dataBytes = samples.reduce((sum, { data }) => sum + data.byteLength, 0);
  const moofBytes = moof(content, head.byteLength + 8);
  const bytes = new Uint8Array(styp.byteLength + moofBytes.byteLength + 8 + dataBytes);
  bytes.set(styp, 0);
  bytes.set(moofBytes, styp.byteLength);
  let at = styp.byteLength + moofBytes.byteLength;
  bytes.set(u32(8 + dataBytes), at);
  bytes.set(new TextEncoder().encode("mdat"), at + 4);
  at += 8;
  for (const { data } of samples) {
    bytes.set(data, at);
    at += data.byteLength;
  }
  return bytes;
}

function moof({ sequenceNumber, decodeTimeTicks, samples }: SegmentContent, dataOffset: number) {
  // default-base-is-moof; every sample says all of itself (8.8.7, 8.8.8).
  const tfhd = fullBox("tfhd", 0, 0x020000, u32(1));
  const tfdt = fullBox("tfdt", 1, 0, u64(decodeTimeTicks));
  const entries = new Uint8Array(samples.length * 16);
  const view = new DataView(entries.buffer);
  for (const [i, sample] of samples.entries()) {
    view.setUint32(i * 16, sample.durationTicks);
    view.setUint32(i * 16 + 4, sample.data.byteLength);
    view.setUint32(i * 16 + 8, sample.isSync ? syncFlags : nonSyncFlags);
    view.setInt32(i * 16 + 12, sample.compositionOffsetTicks);
  }
  const trun = fullBox("trun", 1, 0x000f01, u32(samples.length), u32(dataOffset), entries);
  const traf = box("traf", tfhd, tfdt, trun);
  return box("moof", fullBox("mfhd", 0, 0, u32(sequenceNumber)), traf);
}
