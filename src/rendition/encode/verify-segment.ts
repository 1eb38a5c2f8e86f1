import { toViewraError } from "../../errors/viewra-error.ts";
import { segmentSpan } from "../../media/timeline.ts";
import { readMediaFragment, type MediaFragment } from "../../iso/media-fragment.ts";
import { frameCount, type FrameTimeline } from "./frame-timeline.ts";

export interface SegmentExpectation {
  readonly kind: "video" | "audio";
  readonly timeline: FrameTimeline;
  /** From 1. */
  readonly n: number;
  /**
   * Ticks by which the first picture's presentation follows its decoding, as the init segment's edit
   * list says (`presentationDelay`); not checked when left out.
   */
  readonly delayTicks?: number;
}

/**
 * Why bytes are not segment `n` of a timeline, as sentences; none when they are. Safe on any bytes:
 * well-formed to the last byte, begins and ends exactly on the timeline, holds exactly its frames.
 */
export function verifySegment(bytes: Uint8Array, expected: SegmentExpectation): string[] {
  try {
    const fragment = readMediaFragment(bytes);
    return [
      ...verifyTimes(fragment, expected),
      ...verifyData(fragment),
      ...(expected.kind === "video" ? verifyPictures(fragment, expected) : []),
    ];
  } catch (thrown) {
    return [toViewraError(thrown).message];
  }
}

function verifyTimes(fragment: MediaFragment, { timeline, n }: SegmentExpectation): string[] {
  const { start, end } = segmentSpan(timeline, n);
  const { decodeTimeTicks, samples } = fragment;
  const duration = samples.reduce((sum, sample) => sum + sample.durationTicks, 0);
  const frames = frameCount(timeline, end - start);
  return [
    ...differing("decode time in ticks", start, decodeTimeTicks),
    ...differing("duration in ticks", end - start, duration),
    ...differing("number of samples", frames, samples.length),
  ];
}

function verifyData({ samples, dataBytes, samplesStart, dataStart }: MediaFragment): string[] {
  const sampleBytes = samples.reduce((sum, sample) => sum + sample.sizeBytes, 0);
  const empty = samples.findIndex((sample) => sample.sizeBytes === 0);
  return [
    ...differing("media data in bytes", sampleBytes, dataBytes),
    ...differing("position of the first sample", dataStart, samplesStart),
    ...(empty < 0 ? [] : [`sample ${empty + 1} is empty`]),
  ];
}

/** The first picture can be decoded alone and is shown first; the others follow frame by frame. */
function verifyPictures(fragment: MediaFragment, expected: SegmentExpectation): string[] {
  const { samples } = fragment;
  const step = expected.timeline.frameTicks;
  const shown: number[] = [];
  let decodeTime = 0;
  for (const sample of samples) {
    shown.push(decodeTime + sample.compositionOffsetTicks);
    decodeTime += sample.durationTicks;
  }
  const first = shown[0] ?? 0;
  const inOrder = shown.toSorted((a, b) => a - b);
  const misplaced = inOrder.findIndex((time, i) => time !== first + i * step);
  return [
    ...(samples[0]?.isSync === true ? [] : ["the first picture is not a sync sample"]),
    ...(misplaced < 0 ? [] : [`picture ${misplaced + 1} is not one frame after the one before`]),
    ...(expected.delayTicks === undefined
      ? []
      : differing("presentation delay in ticks", expected.delayTicks, first)),
  ];
}

function differing(what: string, expected: number, got: number): string[] {
  return expected === got ? [] : [`${what}: expected ${expected}, got ${got}`];
}
