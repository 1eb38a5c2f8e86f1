import { openFullBox, type Box, type FieldReader } from "../../iso/iso-boxes.ts";

/** What an `esds` says of the decoder (ISO/IEC 14496-1, 7.2.6.5 and 7.2.6.6). */
export interface DecoderConfig {
  readonly objectType: number;
  /** DecoderSpecificInfo: for AAC the AudioSpecificConfig. */
  readonly specificInfo: Uint8Array | null;
}

/** VERIFY_FAILED for a box that ends too early. An object type of 0 where it holds no decoder configuration. */
export function readDecoderConfig(bytes: Uint8Array, esds: Box): DecoderConfig {
  const { fields } = openFullBox(bytes, esds);
  const none = { objectType: 0, specificInfo: null };
  if (readDescriptor(fields).tag !== 0x03) return none;
  fields.skip(2);
  const flags = fields.uint8();
  if (flags & 0x80) fields.skip(2);
  if (flags & 0x40) fields.skip(fields.uint8());
  if (flags & 0x20) fields.skip(2);
  if (readDescriptor(fields).tag !== 0x04) return none;
  const objectType = fields.uint8();
  fields.skip(12);
  if (fields.remaining < 2) return { objectType, specificInfo: null };
  const { tag, length } = readDescriptor(fields);
  if (tag !== 0x05 || length > fields.remaining) return { objectType, specificInfo: null };
  return { objectType, specificInfo: bytes.slice(fields.position, fields.position + length) };
}

/** 8.3.3: a tag and an expandable size of up to four bytes. */
function readDescriptor(fields: FieldReader): { tag: number; length: number } {
  const tag = fields.uint8();
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = fields.uint8();
    length = (length << 7) | (byte & 0x7f);
    if ((byte & 0x80) === 0) break;
  }
  return { tag, length };
}
