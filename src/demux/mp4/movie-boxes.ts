import { ViewraError } from "../../errors/viewra-error.ts";
import { FieldReader, openFullBox, type Box } from "../../iso/iso-boxes.ts";
import { Breather } from "../breather.ts";
import type { ByteWindow } from "../byte-window.ts";
import { unreadable } from "../readable-file.ts";

/** A box of the file itself, of which only the header was read. */
export interface FileBox {
  readonly type: string;
  readonly start: number;
  readonly bodyStart: number;
  /** Never behind the file's end: the last box of a file that was cut off is shorter than it says. */
  readonly end: number;
}

/** A fragment for each frame of a day at 60 frames a second has no more. */
const boxLimit = 12_000_000;

/**
 * The boxes of the file from `start` on, by their headers alone (ISO/IEC 14496-12, 4.2.2). Ends where the rest is
 * no box. MEDIA_UNREADABLE for more boxes than any film has.
 */
export async function* topLevelBoxes(window: ByteWindow, start = 0): AsyncGenerator<FileBox> {
  const breather = new Breather();
  let at = start;
  for (let count = 0; at + 8 <= window.sizeBytes; count++) {
    if (count === boxLimit) throw unreadable("The file consists of more boxes than any film has");
    const header = await window.upTo(at, 16);
    const fields = new FieldReader(header, 0, header.length, "box header");
    const size = fields.uint32();
    const type = fields.text(4);
    if (size === 1 && header.length < 16) return;
    const isLarge = size === 1;
    const actual = isLarge ? largeSize(header) : size === 0 ? window.sizeBytes - at : size;
    const bodyStart = at + (isLarge ? 16 : 8);
    if (at + actual < bodyStart) return;
    const end = Math.min(window.sizeBytes, at + actual);
    yield { type, start: at, bodyStart, end };
    await breather.turn();
    at = end;
  }
}

function largeSize(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return view.getUint32(8) * 2 ** 32 + view.getUint32(12);
}

/** A fragment of many short runs has some hundred. */
const innerBoxLimit = 20_000;

/**
 * The boxes inside `box`, after `skip` bytes of its own. What follows the last whole box is passed over:
 * QuickTime ends lists with four zero bytes, and writers pad.
 */
export function innerBoxes(bytes: Uint8Array, box: Box, skip = 0): Box[] {
  const boxes: Box[] = [];
  let at = box.bodyStart + skip;
  while (at + 8 <= box.end) {
    if (boxes.length === innerBoxLimit)
      throw unreadable(`The box ${box.type} holds too many others`);
    const fields = new FieldReader(bytes, at, box.end, "box header");
    const size = fields.uint32();
    const type = fields.text(4);
    const isLarge = size === 1 && at + 16 <= box.end;
    const actual = isLarge ? largeSize(bytes.subarray(at)) : size === 0 ? box.end - at : size;
    const bodyStart = at + (isLarge ? 16 : 8);
    if (at + actual < bodyStart || at + actual > box.end) break;
    boxes.push({ type, start: at, bodyStart, end: at + actual });
    at += actual;
  }
  return boxes;
}

/** The first box of a type, looked for along a path of containers. */
export function findBox(bytes: Uint8Array, box: Box, ...path: readonly string[]): Box | undefined {
  let at: Box | undefined = box;
  for (const type of path) {
    if (at === undefined) return undefined;
    at = innerBoxes(bytes, at).find((inner) => inner.type === type);
  }
  return at;
}

/** A table's number of entries and a reader at the first: MEDIA_UNREADABLE when they do not fit into the box. */
export function openTable(
  bytes: Uint8Array,
  box: Box,
  entryBytes: number,
  skip = 0,
): { readonly version: number; readonly count: number; readonly view: DataView } {
  const { version, fields } = openFullBox(bytes, box);
  fields.skip(skip);
  const count = fields.uint32();
  if (count * entryBytes > fields.remaining) {
    throw unreadable(`The table ${box.type} claims ${count} entries and is too short for them`);
  }
  const start = bytes.byteOffset + fields.position;
  return { version, count, view: new DataView(bytes.buffer, start, fields.remaining) };
}

/** Whatever fails to parse inside a film's boxes is the film's fault, not a segment's of ours. */
export function asMediaError(thrown: unknown): unknown {
  const isFormat = thrown instanceof ViewraError && thrown.code === "VERIFY_FAILED";
  return isFormat ? unreadable(thrown.message, thrown) : thrown;
}
