import { unreadable } from "../readable-file.ts";

/** Head of an EBML element (RFC 8794, 4 to 6). */
export interface ElementHead {
  /** With its marker bits, as the specifications write it. */
  readonly id: number;
  /** Bytes of id and size together. */
  readonly headBytes: number;
  /** null: not known, the element ends where something begins that cannot be inside it. */
  readonly bodyBytes: number | null;
}

/** An element that lies in memory, as positions there. */
export interface Element {
  readonly id: number;
  readonly bodyStart: number;
  readonly end: number;
}

/** No head is longer: an id of 4 and a size of 8 bytes. */
export const longestHeadBytes = 12;

/** The head at `at`; null where there is none, or not the whole of it. */
export function readHead(bytes: Uint8Array, at: number): ElementHead | null {
  const first = bytes[at] ?? 0;
  const idBytes = Math.clz32(first) - 23;
  if (idBytes > 4) return null;
  let id = 0;
  for (let i = 0; i < idBytes; i++) id = id * 256 + (bytes[at + i] ?? 0);
  const size = readSize(bytes, at + idBytes);
  if (size === null) return null;
  return { id, headBytes: idBytes + size.length, bodyBytes: size.value };
}

/** A variable-size integer (RFC 8794, 4): its value, null where all bits are set, and its length in bytes. */
export function readSize(
  bytes: Uint8Array,
  at: number,
): { readonly value: number | null; readonly length: number } | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length) return null;
  let value = first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: isUnknown ? null : value, length };
}

/** The elements that fill a part of the memory; what does not fit is MEDIA_UNREADABLE. */
export function* elements(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Element> {
  for (let at = start; at < end;) {
    const head = readHead(bytes, at);
    const bodyStart = at + (head?.headBytes ?? 0);
    const elementEnd = bodyStart + (head?.bodyBytes ?? Infinity);
    if (head === null || !(elementEnd <= end)) {
      throw unreadable(`The Matroska element at byte ${at} of its parent does not fit into it`);
    }
    yield { id: head.id, bodyStart, end: elementEnd };
    at = elementEnd;
  }
}

/** An unsigned integer of up to 8 bytes (7.2); 2^53 and above are claims no real file makes. */
export function uintOf(bytes: Uint8Array, { bodyStart, end }: Element): number {
  if (end - bodyStart > 8) throw unreadable("A Matroska number has more than 8 bytes");
  let value = 0;
  for (let i = bodyStart; i < end; i++) value = value * 256 + (bytes[i] ?? 0);
  if (value > Number.MAX_SAFE_INTEGER) throw unreadable(`A Matroska number is ${value}`);
  return value;
}

/** A floating-point number of 4 or 8 bytes (7.3); anything else is 0. */
export function floatOf(bytes: Uint8Array, { bodyStart, end }: Element): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + bodyStart, end - bodyStart);
  if (view.byteLength === 4) return view.getFloat32(0);
  return view.byteLength === 8 ? view.getFloat64(0) : 0;
}

/** ASCII, ended by a zero byte if not by the element (7.4). */
export function textOf(bytes: Uint8Array, { bodyStart, end }: Element): string {
  const text = String.fromCharCode(...bytes.subarray(bodyStart, Math.min(end, bodyStart + 256)));
  return text.split("\0")[0] ?? "";
}
