import { ViewraError } from "../errors/viewra-error.ts";

/** A box of the ISO base media file format (ISO/IEC 14496-12, 4.2), as byte positions in its file. */
export interface Box {
  /** Four characters, e.g. `moof`. */
  readonly type: string;
  readonly start: number;
  /** First byte after size and type. */
  readonly bodyStart: number;
  readonly end: number;
}

/** Bytes of the size and type fields. */
const headerBytes = 8;

/**
 * The boxes that fill `[start, end)` exactly. VERIFY_FAILED when they do not: whatever the bytes are,
 * nothing outside the range is read.
 */
export function readBoxes(bytes: Uint8Array, start = 0, end = bytes.byteLength): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at < end;) {
    const box = readBox(bytes, at, end);
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

function readBox(bytes: Uint8Array, start: number, limit: number): Box {
  const fields = new FieldReader(bytes, start, limit, "box header");
  const size = fields.uint32();
  const type = fields.text(4);
  // 1: the size is in a 64-bit field; 0: the box reaches to the end of the file (4.2.2).
  const actual = size === 1 ? fields.uint64() : size === 0 ? limit - start : size;
  const bodyStart = start + (size === 1 ? headerBytes + 8 : headerBytes);
  const end = start + actual;
  if (end < bodyStart || end > limit) {
    throw malformed(`box ${type} at byte ${start} claims ${actual} bytes of ${limit - start}`);
  }
  return { type, start, bodyStart, end };
}

/** The boxes inside a container box, after the `skip` bytes of its own fields. */
export function childBoxes(bytes: Uint8Array, box: Box, skip = 0): Box[] {
  if (box.bodyStart + skip > box.end) throw malformed(`box ${box.type} is cut short`);
  return readBoxes(bytes, box.bodyStart + skip, box.end);
}

/** The only box of a type among `boxes`. VERIFY_FAILED when there is none or more than one. */
export function onlyBox(boxes: readonly Box[], type: string): Box {
  const found = boxes.filter((box) => box.type === type);
  const [box] = found;
  if (box === undefined || found.length > 1) {
    throw malformed(`expected one ${type} box, got ${found.length}`);
  }
  return box;
}

/** A reader of a full box's fields that starts behind its version and flags (4.2.2). */
export function openFullBox(
  bytes: Uint8Array,
  box: Box,
): { readonly version: number; readonly flags: number; readonly fields: FieldReader } {
  const fields = new FieldReader(bytes, box.bodyStart, box.end, `box ${box.type}`);
  const versionAndFlags = fields.uint32();
  return { version: versionAndFlags >>> 24, flags: versionAndFlags & 0xffffff, fields };
}

/** Reads big-endian fields one after the other. VERIFY_FAILED when one would pass `end`. */
export class FieldReader {
  readonly #view: DataView;
  readonly #end: number;
  readonly #what: string;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number, what: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = Math.min(end, bytes.byteLength);
    this.#what = what;
    this.#at = start;
  }

  /** Position of the next field in the file. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  skip(count: number): void {
    this.#take(count);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** Exact up to 2^53; what is above is a claim no real file makes. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#take(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw malformed(`${this.#what} holds the number ${value}`);
    }
    return Number(value);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  text(length: number): string {
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.uint8());
    return text;
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#end) throw malformed(`${this.#what} is cut short`);
    this.#at = at + count;
    return at;
  }
}

function malformed(message: string): ViewraError {
  return new ViewraError("VERIFY_FAILED", `Not a well-formed ISO file: ${message}`);
}
