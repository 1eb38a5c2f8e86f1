/**
 * Writes a Dolby Vision configuration box into the first sample entry of an MP4 whose `moov` stands last, as FFmpeg
 * has it without `faststart`: nothing else moves. Dolby Vision streams within ISOBMFF, 3.1 and 3.2.
 */
export async function addDolbyVision(
  path: string,
  { profile, level, compatibilityId }: DolbyVisionRecord,
): Promise<void> {
  const bytes = Buffer.from(await Bun.file(path).bytes());
  const record = Buffer.alloc(32);
  record.writeUInt32BE(32, 0);
  record.write(profile > 7 ? "dvvC" : "dvcC", 4, "latin1");
  record.writeUInt8(1, 8);
  // Seven bits of profile, six of level, then: RPU present, no enhancement layer, base layer present.
  record.writeUInt16BE((profile << 9) | (level << 3) | 0b101, 10);
  record.writeUInt8(compatibilityId << 4, 12);
  let at = 0;
  let end = bytes.length;
  for (const name of ["moov", "trak", "mdia", "minf", "stbl", "stsd", "sample entry"]) {
    if (name !== "sample entry") at = boxAt(bytes, name, at, end);
    const size = bytes.readUInt32BE(at);
    end = at + size;
    bytes.writeUInt32BE(size + record.length, at);
    at += name === "stsd" ? 16 : 8;
  }
  await Bun.write(path, Buffer.concat([bytes.subarray(0, end), record, bytes.subarray(end)]));
}

function boxAt(bytes: Buffer, name: string, from: number, end: number): number {
  for (let at = from; at < end; at += bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === name) return at;
  }
  throw new Error(`expected a ${name} box`);
}

export interface DolbyVisionRecord {
  readonly profile: number;
  readonly level: number;
  readonly compatibilityId: number;
}
