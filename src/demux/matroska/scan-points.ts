import type { Breather } from "../breather.ts";
import { cutPoints, measureTimes, type CutPoints, type PacketTimes } from "../cut-points.ts";
import type { Cuts } from "../demuxer.ts";
import { isNear } from "./read-frames.ts";
import { frameTicks, type OpenTrack } from "./open-track.ts";
import type { TrackScan } from "./track-scan.ts";

/** The wanted points of a track of which all frames are known. */
export async function scanPoints(
  open: OpenTrack,
  scan: TrackScan,
  cuts: Cuts,
  breather: Breather,
): Promise<CutPoints> {
  const isSound = open.own.track.kind === "audio";
  const keys = isSound ? null : scan.isKey.flatMap((isKey, i) => (isKey ? [i] : []));
  const count = scan.ticks.length;
  const span = (scan.ticks.at(-1) ?? 0) - (scan.ticks[0] ?? 0);
  const usual = frameTicks(open) || (count > 1 ? span / (count - 1) : 0);
  const times: PacketTimes = {
    count,
    syncCount: keys === null ? count : keys.length,
    sync: (n) => (keys === null ? n : (keys[n] ?? 0)),
    ascendingSpan: () => null,
    presentationTicks: (packet) => scan.ticks[packet] ?? 0,
    read: (from, ticks, durations) => {
      const held = Math.min(ticks.length, count - from);
      for (let i = 0; i < held; i++) {
        ticks[i] = scan.ticks[from + i] ?? 0;
        durations[i] = scan.durationTicks[from + i] ?? usual;
      }
    },
  };
  const cut = await cutPoints(
    times,
    await measureTimes(times, breather),
    { shiftTicks: -open.own.delayTicks, timescale: open.own.track.timescale },
    cuts,
    (packet) => ({
      dtsTicks: null,
      handle: [scan.cluster[packet] ?? 0, scan.inner[packet] ?? 0, scan.lace[packet] ?? 0],
    }),
    breather,
  );
  return { ...cut, endTicks: Math.round(cut.endTicks) };
}

/** Whether sound lies where one frame after the other puts it, from the first to the last. */
export function isEven(open: OpenTrack, scan: TrackScan): boolean {
  const each = frameTicks(open);
  const start = scan.ticks[0] ?? 0;
  return scan.ticks.every((ticks, i) => isNear(ticks - start - i * each, each));
}
