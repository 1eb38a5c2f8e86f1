import { childBoxes, openFullBox, readBoxes, type Box, type FieldReader } from "./iso-boxes.ts";

/**
 * A copy of an init segment with 0 where one film's header rightly differs from another's of the same
 * recipe: durations, language, and the bit rates measured of what was encoded.
 */
export function maskHeader(init: Uint8Array): Uint8Array {
  const copy = new Uint8Array(init);
  maskBoxes(copy, readBoxes(copy));
  return copy;
}

function maskBoxes(bytes: Uint8Array, boxes: readonly Box[]): void {
  for (const box of boxes) maskBox(bytes, box);
}

function maskBox(bytes: Uint8Array, box: Box): void {
  switch (box.type) {
    case "moov":
    case "trak":
    case "mdia":
    case "minf":
    case "stbl":
    case "mvex":
      return maskBoxes(bytes, childBoxes(bytes, box));
    // Fields before the entries: version, flags and count (ISO/IEC 14496-12, 8.5.2).
    case "stsd":
      return maskBoxes(bytes, childBoxes(bytes, box, 8));
    // AudioSampleEntry, 12.2.3.
    case "mp4a":
    case "ac-3":
    case "ec-3":
    case "Opus":
      return maskBoxes(bytes, childBoxes(bytes, box, 28));
    // VisualSampleEntry, 12.1.3.
    case "avc1":
    case "hvc1":
    case "av01":
    case "vp09":
      return maskBoxes(bytes, childBoxes(bytes, box, 78));
    // bufferSizeDB, maxBitrate, avgBitrate, 8.5.2.2.
    case "btrt":
      bytes.fill(0, box.bodyStart, box.end);
      return;
    case "esds":
      return maskDecoderConfig(bytes, box);
    // default_sample_duration, 8.8.3: of the first frame, which is a shorter one where it is the only one.
    case "trex":
      bytes.fill(0, box.bodyStart + 12, box.bodyStart + 16);
      return;
    case "mehd":
      bytes.fill(0, openFullBox(bytes, box).fields.position, box.end);
      return;
    // Creation and modification time; for mdhd the language as well. The timescale stays (8.2.2, 8.4.2).
    case "mvhd":
      return maskTimes(bytes, box, { identifier: 4 });
    case "mdhd":
      maskTimes(bytes, box, { identifier: 4 });
      bytes.fill(0, box.end - 4, box.end);
      return;
    case "tkhd":
      return maskTimes(bytes, box, { identifier: 8 });
    default:
  }
}

/** `identifier`: bytes of timescale, or of track id and a reserved field, that lie before the duration. */
function maskTimes(bytes: Uint8Array, box: Box, { identifier }: { identifier: number }): void {
  const { version, fields } = openFullBox(bytes, box);
  const width = version === 1 ? 8 : 4;
  const zero = (): void => {
    const start = fields.position;
    fields.skip(width);
    bytes.fill(0, start, fields.position);
  };
  zero();
  zero();
  fields.skip(identifier);
  zero();
}

/** bufferSizeDB, maxBitrate and avgBitrate of the DecoderConfigDescriptor (ISO/IEC 14496-1, 7.2.6.6). */
function maskDecoderConfig(bytes: Uint8Array, esds: Box): void {
  const { fields } = openFullBox(bytes, esds);
  if (readDescriptor(fields) !== 0x03) return;
  fields.skip(2);
  const flags = fields.uint8();
  if (flags & 0x80) fields.skip(2);
  if (flags & 0x40) fields.skip(fields.uint8());
  if (flags & 0x20) fields.skip(2);
  if (readDescriptor(fields) !== 0x04) return;
  fields.skip(2);
  const start = fields.position;
  fields.skip(11);
  bytes.fill(0, start, fields.position);
}

/** Tag of the descriptor that begins here; its expandable size is passed over (8.3.3). */
function readDescriptor(fields: FieldReader): number {
  const tag = fields.uint8();
  while (fields.uint8() & 0x80);
  return tag;
}
