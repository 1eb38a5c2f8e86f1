/** Fields and boxes of ISO base media files as bytes, big-endian (ISO/IEC 14496-12, 4.2). */

export type Part = Uint8Array | string | readonly number[];

/** A box of a type from its parts, one after the other. Text is written as it is, numbers are bytes. */
export function box(type: string, ...parts: readonly Part[]): Uint8Array {
  const bytes = parts.map(asBytes);
  const size = 8 + bytes.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return joined([asBytes(u32(size)), asBytes(type), ...bytes], size);
}

/** A box with version and flags (4.2.2). */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...parts: readonly Part[]
): Uint8Array {
  return box(type, [version, (flags >> 16) & 0xff, (flags >> 8) & 0xff, flags & 0xff], ...parts);
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** A safe integer of 0 or more. */
export function u64(value: number): number[] {
  return [...u32(Math.floor(value / 2 ** 32)), ...u32(value >>> 0)];
}

export function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

const text = new TextEncoder();

function asBytes(part: Part): Uint8Array {
  if (typeof part === "string") return text.encode(part);
  return part instanceof Uint8Array ? part : Uint8Array.from(part);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
