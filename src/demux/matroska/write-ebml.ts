/** An element of parts put one behind the other (RFC 8794, 4); its size takes eight bytes. */
export function ebmlElement(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([idBytes(id), sizeBytes(total(parts)), ...parts]);
}

/** An unsigned integer (7.2), in eight bytes. */
export function ebmlUint(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** A variable-size integer (4) in eight bytes: an element's size, or the number of a block's track. */
export function sizeBytes(value: number): Uint8Array {
  const bytes = ebmlUint(value);
  bytes[0] = 1;
  return bytes;
}

function idBytes(id: number): Uint8Array {
  const bytes = [id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255];
  return Uint8Array.from(bytes.slice(bytes.findIndex((byte) => byte !== 0)));
}

function total(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
