/** Content of `dOps` by an OpusHead (Opus in ISOBMFF, 4.3.2; RFC 7845, 5.1); null for what is none. */
export function opusSpecificBox(head: Uint8Array): Uint8Array | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isHead = head.length >= 19 && new TextDecoder().decode(head.subarray(0, 8)) === "OpusHead";
  const family = head[18] ?? 0;
  const channels = head[9] ?? 0;
  const mappingBytes = family === 0 ? 0 : 2 + channels;
  if (!isHead || (view.getUint8(8) & 0xf0) !== 0 || head.length < 19 + mappingBytes) return null;
  const box = new Uint8Array(11 + mappingBytes);
  const fields = new DataView(box.buffer);
  fields.setUint8(1, channels);
  // The same numbers with the bytes the other way round: pre-skip, input rate, gain.
  fields.setUint16(2, view.getUint16(10, true));
  fields.setUint32(4, view.getUint32(12, true));
  fields.setInt16(8, view.getInt16(16, true));
  fields.setUint8(10, family);
  box.set(head.subarray(19, 19 + mappingBytes), 11);
  return box;
}

const streamInfoBytes = 34;

/**
 * Content of `dfLa` by Matroska's CodecPrivate, the marker and metadata blocks (Encapsulation of FLAC in ISOBMFF,
 * 3.3.2; RFC 9639, 8): the first block, which describes the stream, alone. null for what does not begin with one.
 */
export function flacSpecificBox(codecPrivate: Uint8Array): Uint8Array | null {
  const isMarked = new TextDecoder().decode(codecPrivate.subarray(0, 4)) === "fLaC";
  const [type = 0x7f, ...length] = codecPrivate.subarray(4, 8);
  const isStreamInfo = (type & 0x7f) === 0 && length.join() === `0,0,${streamInfoBytes}`;
  if (!isMarked || !isStreamInfo || codecPrivate.length < 8 + streamInfoBytes) return null;
  const box = new Uint8Array(8 + streamInfoBytes);
  // The last metadata block.
  box[4] = 0x80;
  box[7] = streamInfoBytes;
  box.set(codecPrivate.subarray(8, 8 + streamInfoBytes), 8);
  return box;
}
