import { ViewraError } from "../../errors/viewra-error.ts";
import type { SegmentSample } from "../../iso/write-segment.ts";

/** What of a packet a segment is made of. */
export interface CopiedPacket {
  readonly ptsTicks: number;
  readonly isSync: boolean;
  readonly data: Uint8Array;
}

/**
 * Packets of one segment, in decode order, as its samples. Nothing is re-timed: the k-th packet is decoded
 * when the k-th picture is shown, so that a segment is decoded from its first moment to its last, whatever
 * decode times the container had or lacked, and its packets' offsets from there, above zero or below, give
 * their own times back. `endTicks`: where the next segment begins. MEDIA_UNREADABLE where a moment has two
 * packets, or one lies outside.
 */
export function copiedSamples(
  packets: readonly CopiedPacket[],
  startTicks: number,
  endTicks: number,
): SegmentSample[] {
  const shown = packets.map(({ ptsTicks }) => ptsTicks).toSorted((a, b) => a - b);
  const [first = startTicks] = shown;
  if (packets.length === 0 || first !== startTicks) {
    const message = `Packets begin at ${packets.length === 0 ? "no time" : first} where ${startTicks} was said`;
    throw new ViewraError("MEDIA_UNREADABLE", message);
  }
  return packets.map(({ ptsTicks, isSync, data }, i) => {
    const decoded = shown[i] ?? startTicks;
    const durationTicks = (shown[i + 1] ?? endTicks) - decoded;
    if (!(durationTicks > 0)) {
      throw new ViewraError("MEDIA_UNREADABLE", `No time passes after the packet of ${decoded}`);
    }
    return { durationTicks, compositionOffsetTicks: ptsTicks - decoded, isSync, data };
  });
}
