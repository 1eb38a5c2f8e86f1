import { childBoxes, onlyBox, openFullBox, readBoxes, type Box } from "./iso-boxes.ts";

/** One sample of a fragment. Times in ticks of the track. */
export interface Sample {
  readonly durationTicks: number;
  readonly sizeBytes: number;
  readonly isSync: boolean;
  /** Presentation minus decode time. */
  readonly compositionOffsetTicks: number;
}

/** What a media segment of one movie fragment holds (ISO/IEC 14496-12, 8.8; ISO/IEC 23000-19, 7.3). */
export interface MediaFragment {
  readonly sequenceNumber: number;
  /** Decode time of the first sample, ticks (8.8.12). */
  readonly decodeTimeTicks: number;
  readonly samples: readonly Sample[];
  /** Bytes of the media data box's content. */
  readonly dataBytes: number;
  /** Where in the file the samples are said to begin, and where the media data begins. */
  readonly samplesStart: number;
  readonly dataStart: number;
}

/** Nothing real has more: a claim above it is not allocated for. */
const sampleLimit = 1_000_000;
const nonSyncSample = 0x10000;

/**
 * Parses a segment of exactly one `moof` with one track and one `mdat`, as Shaka writes it; `styp` and
 * `sidx` may precede. Throws VERIFY_FAILED, with the reason, for anything else. `bytes` need not hold the media data
 * where `sizeBytes`, the segment's whole size, is given.
 */
export function readMediaFragment(
  bytes: Uint8Array,
  sizeBytes: number = bytes.byteLength,
): MediaFragment {
  const boxes = readBoxes(bytes, 0, sizeBytes);
  const moof = onlyBox(boxes, "moof");
  const mdat = onlyBox(boxes, "mdat");
  const parts = childBoxes(bytes, moof);
  const traf = childBoxes(bytes, onlyBox(parts, "traf"));
  const defaults = readTrackFragmentHeader(bytes, onlyBox(traf, "tfhd"));
  const run = readTrackRun(bytes, onlyBox(traf, "trun"), defaults);
  return {
    sequenceNumber: openFullBox(bytes, onlyBox(parts, "mfhd")).fields.uint32(),
    decodeTimeTicks: readDecodeTime(bytes, onlyBox(traf, "tfdt")),
    samples: run.samples,
    dataBytes: mdat.end - mdat.bodyStart,
    samplesStart: moof.start + run.dataOffset,
    dataStart: mdat.bodyStart,
  };
}

/** A copy of a segment whose fragment bears another sequence number (8.8.5). */
export function withSequenceNumber(bytes: Uint8Array, sequenceNumber: number): Uint8Array {
  const moof = onlyBox(readBoxes(bytes), "moof");
  const { fields } = openFullBox(bytes, onlyBox(childBoxes(bytes, moof), "mfhd"));
  const copy = new Uint8Array(bytes);
  const position = fields.position;
  fields.uint32();
  new DataView(copy.buffer).setUint32(position, sequenceNumber);
  return copy;
}

interface SampleDefaults {
  readonly durationTicks: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly flags: number | undefined;
}

/** Track fragment header, 8.8.7. */
function readTrackFragmentHeader(bytes: Uint8Array, tfhd: Box): SampleDefaults {
  const { flags, fields } = openFullBox(bytes, tfhd);
  fields.uint32();
  if (flags & 0x1) fields.uint64();
  if (flags & 0x2) fields.uint32();
  return {
    durationTicks: flags & 0x8 ? fields.uint32() : undefined,
    sizeBytes: flags & 0x10 ? fields.uint32() : undefined,
    flags: flags & 0x20 ? fields.uint32() : undefined,
  };
}

/** Track fragment decode time, 8.8.12. */
function readDecodeTime(bytes: Uint8Array, tfdt: Box): number {
  const { version, fields } = openFullBox(bytes, tfdt);
  return version === 1 ? fields.uint64() : fields.uint32();
}

/** Track run, 8.8.8. A size or duration that neither the run nor its header gives counts as 0. */
function readTrackRun(
  bytes: Uint8Array,
  trun: Box,
  defaults: SampleDefaults,
): { dataOffset: number; samples: Sample[] } {
  const { version, flags, fields } = openFullBox(bytes, trun);
  const count = Math.min(fields.uint32(), sampleLimit);
  const dataOffset = flags & 0x1 ? fields.int32() : 0;
  const firstFlags = flags & 0x4 ? fields.uint32() : undefined;
  const samples: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const durationTicks = flags & 0x100 ? fields.uint32() : (defaults.durationTicks ?? 0);
    const sizeBytes = flags & 0x200 ? fields.uint32() : (defaults.sizeBytes ?? 0);
    const ownFlags = flags & 0x400 ? fields.uint32() : (defaults.flags ?? 0);
    const sampleFlags = i === 0 ? (firstFlags ?? ownFlags) : ownFlags;
    const signed = version === 1;
    const compositionOffsetTicks = flags & 0x800 ? (signed ? fields.int32() : fields.uint32()) : 0;
    const isSync = (sampleFlags & nonSyncSample) === 0;
    samples.push({ durationTicks, sizeBytes, isSync, compositionOffsetTicks });
  }
  return { dataOffset, samples };
}
