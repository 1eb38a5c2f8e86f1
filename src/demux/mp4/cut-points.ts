import type { Breather } from "../breather.ts";
import type { Cuts, RandomAccessPoint } from "../demuxer.ts";
import { CutChoice } from "../cut-choice.ts";
import type { PacketTable } from "./packet-table.ts";

/** Where packets are on the presentation's clock: media time plus `shiftTicks`; decode times earlier by `decodeShiftTicks`. */
export interface PacketClock {
  readonly shiftTicks: number;
  readonly decodeShiftTicks: number;
  readonly timescale: number;
}

/**
 * The points of a track at which it can be cut, those of them that are wanted, and what there is of it in all. A
 * point is one whose packets are all shown after all packets before it, by the whole table.
 */
export async function cutPoints(
  table: PacketTable,
  clock: PacketClock,
  cuts: Cuts,
  breather: Breather,
): Promise<{
  readonly points: RandomAccessPoint[];
  readonly startTicks: number;
  readonly endTicks: number;
}> {
  const groups = await measureGroups(table, breather);
  const choice = new CutChoice(cuts, clock.timescale);
  const points: RandomAccessPoint[] = [];
  const count = table.syncCount;
  let before = groups.latestBeforeFirst;
  for (let n = 0; n < count; n++) {
    const earliest = groups.earliest[n] ?? 0;
    const packet = table.sync(n);
    const ptsTicks = table.presentationTicks(packet) + clock.shiftTicks;
    if (before < earliest && choice.takes(ptsTicks)) {
      const earliestPtsTicks = earliest + clock.shiftTicks;
      points.push({
        ptsTicks,
        earliestPtsTicks,
        dtsTicks: table.decodeTicks(packet) + clock.shiftTicks - clock.decodeShiftTicks,
        isClean: earliestPtsTicks === ptsTicks,
        handle: [packet, 0],
      });
    }
    before = Math.max(before, groups.latest[n] ?? 0);
    const pause = breather.turn();
    if (pause) await pause;
  }
  return {
    points,
    startTicks: groups.start + clock.shiftTicks,
    endTicks: groups.end + clock.shiftTicks,
  };
}

interface Groups {
  /** Presentation times of the packets before the first random access point: the latest. */
  readonly latestBeforeFirst: number;
  /** From each random access point to the next one: the latest. */
  readonly latest: Float64Array;
  /** From each random access point to the end of the track: the earliest. */
  readonly earliest: Float64Array;
  readonly start: number;
  readonly end: number;
}

async function measureGroups(table: PacketTable, breather: Breather): Promise<Groups> {
  const count = table.syncCount;
  const latest = new Float64Array(count).fill(-Infinity);
  const earliest = new Float64Array(count).fill(Infinity);
  let [latestBeforeFirst, start, end] = [-Infinity, Infinity, -Infinity];
  let group = -1;
  for (let packet = 0; packet < table.count; packet++) {
    if (group + 1 < count && table.sync(group + 1) === packet) group += 1;
    const ticks = table.presentationTicks(packet);
    start = Math.min(start, ticks);
    end = Math.max(end, ticks + table.durationTicks(packet));
    if (group < 0) latestBeforeFirst = Math.max(latestBeforeFirst, ticks);
    else {
      latest[group] = Math.max(latest[group] ?? ticks, ticks);
      earliest[group] = Math.min(earliest[group] ?? ticks, ticks);
    }
    const pause = breather.turn();
    if (pause) await pause;
  }
  for (let n = count - 2; n >= 0; n--) {
    earliest[n] = Math.min(earliest[n] ?? Infinity, earliest[n + 1] ?? Infinity);
  }
  return { latestBeforeFirst, latest, earliest, start, end };
}
