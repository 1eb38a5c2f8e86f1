import { openFullBox, type Box } from "../../iso/iso-boxes.ts";
import { unreadable } from "../readable-file.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import { openTable } from "./movie-boxes.ts";
import { TableBlocks } from "./table-blocks.ts";

/**
 * Numbers of the packets at which decoding can begin, ascending; null when the tables do not tell any apart:
 * sync samples (ISO/IEC 14496-12, 8.6.2), QuickTime's partial ones (`stps`) and the sample group `rap ` (10.4).
 */
export function readSyncPackets(bytes: Uint8Array, boxes: readonly Box[]): GrowingNumbers | null {
  const stss = boxes.find(({ type }) => type === "stss");
  if (stss === undefined) return null;
  const full = readNumbers(bytes, stss);
  const stps = boxes.find(({ type }) => type === "stps");
  const groups = boxes.find((box) => box.type === "sbgp" && isRandomAccessGroup(bytes, box));
  const others = [
    stps === undefined ? none : readNumbers(bytes, stps),
    groups === undefined ? none : readGroup(bytes, groups),
  ];
  if (others.every(({ length }) => length === 0) && isAscending(full)) {
    return new GrowingNumbers(full);
  }
  const all = new Set([full, ...others].flatMap((numbers) => [...numbers]));
  return new GrowingNumbers(Uint32Array.from(all).toSorted());
}

const none = new Uint32Array(0);

/** Counted from 1 in the file, from 0 here. */
function readNumbers(bytes: Uint8Array, box: Box): Uint32Array {
  return new TableBlocks(bytes, box, 1).all().map((number) => Math.max(0, number - 1));
}

function isAscending(numbers: Uint32Array): boolean {
  return numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0));
}

/** More random access points than a film of a day has are a lie in a few bytes. */
const groupLimit = 2 ** 20;

function isRandomAccessGroup(bytes: Uint8Array, box: Box): boolean {
  return openFullBox(bytes, box).fields.text(4) === "rap ";
}

/** Sample to group, 8.9.2: the packets that belong to any group of the type `rap `. */
function readGroup(bytes: Uint8Array, box: Box): Uint32Array {
  const { version } = openFullBox(bytes, box);
  const { count, view } = openTable(bytes, box, 8, version === 1 ? 8 : 4);
  const numbers: number[] = [];
  let packet = 0;
  for (let i = 0; i < count; i++) {
    const packets = view.getUint32(8 * i);
    if (view.getUint32(8 * i + 4) > 0) {
      if (numbers.length + packets > groupLimit) {
        throw unreadable("A track claims more random access points than a film has");
      }
      for (let n = 0; n < packets; n++) numbers.push(packet + n);
    }
    packet += packets;
  }
  return Uint32Array.from(numbers);
}
