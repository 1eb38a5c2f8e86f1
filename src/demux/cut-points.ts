import type { Breather } from "./breather.ts";
import { CutChoice } from "./cut-choice.ts";
import type { Cuts, RandomAccessPoint } from "./demuxer.ts";

/** The times of all packets of a track, in decode order, on a clock of their own. */
export interface PacketTimes {
  readonly count: number;
  /** How many of them are random access points, and which is the n-th of those. */
  readonly syncCount: number;
  sync(n: number): number;
  presentationTicks(packet: number): number;
  durationTicks(packet: number): number;
}

/** From the packets' own clock to the presentation's. */
export interface PacketClock {
  readonly shiftTicks: number;
  readonly timescale: number;
}

/** A stretch of a track: its points, and its first and last moment. */
export interface CutPoints {
  readonly points: RandomAccessPoint[];
  readonly startTicks: number;
  readonly endTicks: number;
}

/**
 * The points of a track at which it can be cut, those of them that are wanted, and what there is of it in all. A
 * point is one whose packets are all shown after all packets before it, by all of them.
 */
export async function cutPoints(
  times: PacketTimes,
  clock: PacketClock,
  cuts: Cuts,
  place: (packet: number) => Pick<RandomAccessPoint, "dtsTicks" | "handle">,
  breather: Breather,
): Promise<CutPoints> {
  const groups = await measureGroups(times, breather);
  const choice = new CutChoice(cuts, clock.timescale);
  const points: RandomAccessPoint[] = [];
  const count = times.syncCount;
  let before = groups.latestBeforeFirst;
  for (let n = 0; n < count && !choice.isDone; n++) {
    const earliest = groups.earliest[n] ?? 0;
    const packet = times.sync(n);
    const ptsTicks = times.presentationTicks(packet) + clock.shiftTicks;
    if (before < earliest && choice.takes(ptsTicks)) {
      const earliestPtsTicks = earliest + clock.shiftTicks;
      const isClean = earliestPtsTicks === ptsTicks;
      points.push({ ptsTicks, earliestPtsTicks, isClean, packet, ...place(packet) });
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

async function measureGroups(times: PacketTimes, breather: Breather): Promise<Groups> {
  const count = times.syncCount;
  const latest = new Float64Array(count).fill(-Infinity);
  const earliest = new Float64Array(count).fill(Infinity);
  let [latestBeforeFirst, start, end] = [-Infinity, Infinity, -Infinity];
  let group = -1;
  for (let packet = 0; packet < times.count; packet++) {
    if (group + 1 < count && times.sync(group + 1) === packet) group += 1;
    const ticks = times.presentationTicks(packet);
    start = Math.min(start, ticks);
    end = Math.max(end, ticks + times.durationTicks(packet));
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
