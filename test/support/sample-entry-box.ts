/**
 * Adds a box to the first sample entry of an MP4 whose `moov` stands last, as FFmpeg has it without `faststart`: nothing
 * else moves.
 */
export async function addToSampleEntry(path: string, added: Uint8Array): Promise<void> {
  const bytes = Buffer.from(await Bun.file(path).bytes());
  let at = 0;
  let end = bytes.length;
  for (const name of ["moov", "trak", "mdia", "minf", "stbl", "stsd", "sample entry"]) {
    if (name !== "sample entry") at = boxAt(bytes, name, at, end);
    const size = bytes.readUInt32BE(at);
    end = at + size;
    bytes.writeUInt32BE(size + added.length, at);
    at += name === "stsd" ? 16 : 8;
  }
  await Bun.write(path, Buffer.concat([bytes.subarray(0, end), added, bytes.subarray(end)]));
}

function boxAt(bytes: Buffer, name: string, from: number, end: number): number {
  for (let at = from; at < end; at += bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === name) return at;
  }
  throw new Error(`expected a ${name} box`);
}
