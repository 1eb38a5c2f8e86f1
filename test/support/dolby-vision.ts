import { addToSampleEntry } from "./sample-entry-box.ts";

/**
 * Writes a Dolby Vision configuration box into an MP4 as `addToSampleEntry` does: Dolby Vision streams within ISOBMFF,
 * 3.1 and 3.2.
 */
export async function addDolbyVision(
  path: string,
  { profile, level, compatibilityId }: DolbyVisionRecord,
): Promise<void> {
  const record = Buffer.alloc(32);
  record.writeUInt32BE(32, 0);
  record.write(profile > 7 ? "dvvC" : "dvcC", 4, "latin1");
  record.writeUInt8(1, 8);
  // Seven bits of profile, six of level, then: RPU present, no enhancement layer, base layer present.
  record.writeUInt16BE((profile << 9) | (level << 3) | 0b101, 10);
  record.writeUInt8(compatibilityId << 4, 12);
  await addToSampleEntry(path, record);
}

export interface DolbyVisionRecord {
  readonly profile: number;
  readonly level: number;
  readonly compatibilityId: number;
}
