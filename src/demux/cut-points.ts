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
  /** Presentation times and durations of the packets from `from` on, as many as the lists hold or there are. */
  read(from: number, ticks: Float64Array, durations: Float64Array): void;
  /** Of packets that are all random access points and each later than the one before, where that is told by less. */
  ascendingSpan(): Span | null;
}

/** First and last moment of any packet, and the last that one is shown at. */
export interface Span {
  readonly startTicks: number;
  readonly endTicks: number;
  readonly lastTicks: number;
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

/** What going over all packets of a track gives. */
export interface MeasuredTimes extends Span {
  /** Every packet is a random access point and shown after the one before it, as sound is. */
  readonly isAscending: boolean;
}

interface Groups {
  /** Presentation times of the packets before the first random access point: the latest. */
  readonly latestBeforeFirst: number;
  /** From each random access point to the next one: the latest. */
  readonly latest: Float64Array;
  /** From each random access point to the end of the track: the earliest. */
  readonly earliest: Float64Array;
}

/** Where a packet of a track is. */
type Place = (packet: number) => Pick<RandomAccessPoint, "dtsTicks" | "handle">;

/**
 * The points of a track at which it can be cut, those of them that are wanted, and what there is of it in all. A
 * point is one whose packets are all shown after all packets before it, by all of them.
 */
export async function cutPoints(
  times: PacketTimes,
  measured: MeasuredTimes,
  clock: PacketClock,
  cuts: Cuts,
  place: Place,
  breather: Breather,
): Promise<CutPoints> {
  const choice = new CutChoice(cuts, clock.timescale);
  const { isAscending, startTicks, endTicks } = measured;
  const points = isAscending
    ? await ascendingPoints(times, clock, choice, place, breather)
    : await groupPoints(times, clock, choice, place, breather);
  const { shiftTicks } = clock;
  return { points, startTicks: startTicks + shiftTicks, endTicks: endTicks + shiftTicks };
}

async function groupPoints(
  times: PacketTimes,
  clock: PacketClock,
  choice: CutChoice,
  place: Place,
  breather: Breather,
): Promise<RandomAccessPoint[]> {
  const groups = await measureGroups(times, breather);
  const points: RandomAccessPoint[] = [];
  let before = groups.latestBeforeFirst;
  for (let n = 0; n < times.syncCount && !choice.isDone; n++) {
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
  return points;
}

/** Of packets that are all points, in the order of their times: those in between are not looked at. */
async function ascendingPoints(
  times: PacketTimes,
  clock: PacketClock,
  choice: CutChoice,
  place: Place,
  breather: Breather,
): Promise<RandomAccessPoint[]> {
  const points: RandomAccessPoint[] = [];
  for (let packet = 0; packet < times.count && !choice.isDone; packet++) {
    // A tick to spare: what a sum of fractions comes to is for the choice to say.
    packet = firstFrom(times, choice.nextTicks - clock.shiftTicks - 1, packet);
    if (packet === times.count) break;
    const ptsTicks = times.presentationTicks(packet) + clock.shiftTicks;
    if (choice.takes(ptsTicks)) {
      const whole = { ptsTicks, earliestPtsTicks: ptsTicks, isClean: true, packet };
      points.push({ ...whole, ...place(packet) });
    }
    const pause = breather.turn();
    if (pause) await pause;
  }
  return points;
}

/** The first packet from `from` on that is shown at a time or later; how many there are where none is. */
function firstFrom(times: PacketTimes, ticks: number, from: number): number {
  let [low, high] = [from, times.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times.presentationTicks(middle) < ticks) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** So many packets are looked at at once. */
const blockPackets = 4096;

/** Goes over all packets of a track. */
export async function measureTimes(times: PacketTimes, breather: Breather): Promise<MeasuredTimes> {
  const known = times.ascendingSpan();
  if (known !== null) return { ...ending(known, times.count), isAscending: true };
  const ticks = new Float64Array(blockPackets);
  const durations = new Float64Array(blockPackets);
  let [startTicks, endTicks, lastTicks] = [Infinity, -Infinity, -Infinity];
  let isAscending = times.syncCount === times.count;
  for (let from = 0; from < times.count; from += blockPackets) {
    times.read(from, ticks, durations);
    const held = Math.min(blockPackets, times.count - from);
    for (let i = 0; i < held; i++) {
      const shown = ticks[i] ?? 0;
      const end = shown + (durations[i] ?? 0);
      if (shown < startTicks) startTicks = shown;
      if (end > endTicks) endTicks = end;
      if (shown > lastTicks) lastTicks = shown;
      else isAscending = false;
    }
    await breather.step();
  }
  return { ...ending({ startTicks, endTicks, lastTicks }, times.count), isAscending };
}

/** A last packet of which the file says that no time passes, as many writers do, lasts as long as the others do. */
function ending(span: Span, count: number): Span {
  const { startTicks, endTicks, lastTicks } = span;
  if (endTicks > lastTicks || count < 2) return span;
  const usual = Math.round((lastTicks - startTicks) / (count - 1));
  return { ...span, endTicks: lastTicks + Math.max(1, usual) };
}

async function measureGroups(times: PacketTimes, breather: Breather): Promise<Groups> {
  const ticks = new Float64Array(blockPackets);
  const durations = new Float64Array(blockPackets);
  const count = times.syncCount;
  const latest = new Float64Array(count).fill(-Infinity);
  const earliest = new Float64Array(count).fill(Infinity);
  let latestBeforeFirst = -Infinity;
  let group = -1;
  let nextSync = count > 0 ? times.sync(0) : Infinity;
  for (let from = 0; from < times.count; from += ticks.length) {
    times.read(from, ticks, durations);
    const held = Math.min(ticks.length, times.count - from);
    for (let i = 0; i < held; i++) {
      if (from + i === nextSync) {
        group += 1;
        nextSync = group + 1 < count ? times.sync(group + 1) : Infinity;
      }
      const shown = ticks[i] ?? 0;
      if (group < 0) latestBeforeFirst = Math.max(latestBeforeFirst, shown);
      else {
        if (shown > (latest[group] ?? 0)) latest[group] = shown;
        if (shown < (earliest[group] ?? 0)) earliest[group] = shown;
      }
    }
    await breather.step();
  }
  for (let n = count - 2; n >= 0; n--) {
    earliest[n] = Math.min(earliest[n] ?? Infinity, earliest[n + 1] ?? Infinity);
  }
  return { latestBeforeFirst, latest, earliest };
}
