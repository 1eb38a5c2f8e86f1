import { ViewraError } from "../../errors/viewra-error.ts";
import type { SegmentSample } from "../../iso/write-segment.ts";

/** What of a packet a segment is made of. */
export interface CopiedPacket {
  readonly ptsTicks: number;
  readonly isSync: boolean;
  readonly data: Uint8Array;
}

/** When a segment's packets are shown, and how far behind their decoding, in ticks. */
export interface CopiedSpan {
  readonly startTicks: number;
  /** Where the next segment begins. */
  readonly endTicks: number;
  /** See CopyRecipe. */
  readonly delayTicks: number;
}

/**
 * Packets of one segment, in decode order, as its samples. Nothing is re-timed: the k-th packet is decoded
 * `delayTicks` before the k-th picture is shown, so that a segment is decoded from its first moment to its
 * last, whatever decode times the container had or lacked, and its packets' offsets from there give their
 * own times back. (Without the delay offsets would fall below zero, which FFmpeg shows late in fragments.)
 * MEDIA_UNREADABLE where a moment has two packets, or one lies outside, or is reordered further than that.
 */
export function copiedSamples(
  packets: readonly CopiedPacket[],
  { startTicks, endTicks, delayTicks }: CopiedSpan,
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
    const compositionOffsetTicks = ptsTicks - decoded + delayTicks;
    if (compositionOffsetTicks < 0) {
      const message = `The packet of ${ptsTicks} is reordered further than the film says`;
      throw new ViewraError("MEDIA_UNREADABLE", message);
    }
    return { durationTicks, compositionOffsetTicks, isSync, data };
  });
}
