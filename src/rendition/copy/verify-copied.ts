import { toViewraError } from "../../errors/viewra-error.ts";
import { readMediaFragment } from "../../iso/media-fragment.ts";
import type { CopiedRendition } from "./copied-rendition.ts";
import { segmentSpan, type Timeline } from "../../media/timeline.ts";

/**
 * Why bytes are not segment n of copied packets, as sentences; none when they are. Well-formed to the last
 * byte, begins and ends exactly on the timeline, begins with a packet that can be decoded alone, and shows
 * each packet within its span, no two at one moment.
 */
export function verifyCopied(
  bytes: Uint8Array,
  timeline: Timeline,
  { kind, recipe: { delayTicks } }: CopiedRendition,
  n: number,
): string[] {
  try {
    const { start, end } = segmentSpan(timeline, n);
    const { decodeTimeTicks, samples, dataBytes, dataStart, samplesStart } =
      readMediaFragment(bytes);
    const shown: number[] = [];
    let [at, sampleBytes] = [decodeTimeTicks, 0];
    for (const { durationTicks, compositionOffsetTicks, sizeBytes } of samples) {
      shown.push(at + compositionOffsetTicks - delayTicks);
      at += durationTicks;
      sampleBytes += sizeBytes;
    }
    const inOrder = shown.toSorted((a, b) => a - b);
    return [
      ...differing("decode time in ticks", start, decodeTimeTicks),
      ...differing("end in ticks", end, at),
      ...differing("first moment shown in ticks", start, inOrder[0] ?? -1),
      ...differing("media data in bytes", sampleBytes, dataBytes),
      ...differing("position of the first sample", dataStart, samplesStart),
      ...(inOrder.every((moment, i) => moment !== inOrder[i + 1]) ? [] : ["two at one moment"]),
      ...((inOrder.at(-1) ?? end) < end ? [] : ["a packet is shown after the end"]),
      ...(kind === "audio" || samples[0]?.isSync ? [] : ["the first picture is no sync sample"]),
    ];
  } catch (thrown) {
    return [toViewraError(thrown).message];
  }
}

function differing(what: string, expected: number, got: number): string[] {
  return expected === got ? [] : [`${what}: expected ${expected}, got ${got}`];
}
