import type { PacketClock } from "../cut-points.ts";
import type { Packet } from "../demuxer.ts";
import { readExactly, unreadable, type ReadableFile } from "../readable-file.ts";
import type { PacketTable } from "./packet-table.ts";

/** As much is read at once; a seek costs as much time as reading this much over. */
const readBytes = 4 * 1024 * 1024;
const gapBytes = 128 * 1024;
/** An uncompressed picture of 8192 × 8192 has less. */
const largestPacketBytes = 256 * 1024 * 1024;

export interface DecodeClock extends PacketClock {
  /** By how much earlier than their presentation's clock says packets are decoded, so that none is late. */
  readonly decodeShiftTicks: number;
}

/** The packets from `from` up to `to` of the table, what lies near together read at once. */
export async function* readPackets(
  file: ReadableFile,
  table: PacketTable,
  clock: DecodeClock,
  range: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): AsyncGenerator<Packet> {
  for (let packet = range.from; packet < range.to;) {
    signal?.throwIfAborted();
    const stretch = nextStretch(table, packet, range.to);
    const bytes = await readExactly(file, stretch.start, stretch.end - stretch.start);
    for (; packet < stretch.to; packet++) {
      const at = table.position(packet) - stretch.start;
      const decodeTicks = table.decodeTicks(packet) + clock.shiftTicks;
      yield {
        ptsTicks: decodeTicks + table.offsetTicks(packet),
        dtsTicks: decodeTicks - clock.decodeShiftTicks,
        durationTicks: table.durationTicks(packet),
        isSync: table.isSync(packet),
        data: bytes.subarray(at, at + table.size(packet)),
      };
    }
  }
}

/** As many packets from `from` on as one read gives. */
function nextStretch(
  table: PacketTable,
  from: number,
  limit: number,
): { readonly start: number; readonly end: number; readonly to: number } {
  const start = table.position(from);
  let end = start + table.size(from);
  if (end - start > largestPacketBytes) throw unreadable(`A packet claims ${end - start} bytes`);
  let to = from + 1;
  for (; to < limit; to++) {
    const position = table.position(to);
    const packetEnd = position + table.size(to);
    if (position < start || position > end + gapBytes || packetEnd - start > readBytes) break;
    end = Math.max(end, packetEnd);
  }
  return { start, end, to };
}
