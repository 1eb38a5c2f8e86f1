import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { FrameTimeline } from "../../../src/rendition/encode/frame-timeline.ts";
import { readMediaFragment, withSequenceNumber } from "../../../src/iso/media-fragment.ts";
import { verifySegment } from "../../../src/rendition/encode/verify-segment.ts";
import { isoBox, segmentBytes, type FakeSample, type FakeSegment } from "./segment-bytes.ts";

const step = 1001;
const timeline: FrameTimeline = {
  timescale: 30_000,
  frameTicks: step,
  boundaries: [0, 4, 8, 11].map((frame) => frame * step),
};
const delayTicks = 2 * step;
const n = 2;

/** Four pictures decoded in the order 0 2 1 3, shown two frames after their decoding begins. */
function picture(shown: number, decoded: number): FakeSample {
  const offset = (shown - decoded) * step + delayTicks;
  return { duration: step, size: 100 + shown, isSync: shown === 0, offset };
}
const samples = [picture(0, 0), picture(2, 1), picture(1, 2), picture(3, 3)];
const good: FakeSegment = { start: 4 * step, samples };

const judge = (segment: FakeSegment, kind: "video" | "audio" = "video"): string[] =>
  verifySegment(segmentBytes(segment), { kind, timeline, n, delayTicks });

function replaced(index: number, change: Partial<FakeSample>): FakeSample[] {
  return samples.map((sample, i) => (i === index ? { ...sample, ...change } : sample));
}

describe("a segment is accepted", () => {
  test("when it is exactly the one of the timeline", () => {
    expect(judge(good)).toEqual([]);
  });

  test("with a decode time beyond 32 bits", () => {
    const late = timeline.boundaries.map((ticks) => ticks + 2 ** 33);
    const bytes = segmentBytes({ ...good, start: 4 * step + 2 ** 33 });
    expect(
      verifySegment(bytes, { kind: "video", timeline: { ...timeline, boundaries: late }, n }),
    ).toEqual([]);
  });

  test("after its fragment was numbered, which changes nothing else", () => {
    const bytes = segmentBytes(good);
    const numbered = withSequenceNumber(bytes, 70_000);
    expect(readMediaFragment(numbered)).toEqual({
      ...readMediaFragment(bytes),
      sequenceNumber: 70_000,
    });
    expect(readMediaFragment(bytes).sequenceNumber).toBe(1);
  });
});

describe("a segment is refused", () => {
  const cases: readonly (readonly [string, FakeSegment, string])[] = [
    ["a tick early", { ...good, start: 4 * step - 1 }, "decode time in ticks"],
    ["a frame short", { ...good, samples: samples.slice(0, 3) }, "number of samples"],
    ["a tick short", { ...good, samples: replaced(3, { duration: step - 1 }) }, "duration"],
    ["with an empty sample", { ...good, samples: replaced(1, { size: 0 }) }, "sample 2 is empty"],
    ["with data missing", { ...good, dataBytes: 300 }, "media data in bytes"],
    ["with data left over", { ...good, dataBytes: 500 }, "media data in bytes"],
    ["whose samples lie elsewhere", { ...good, misplacedBy: 4 }, "position of the first sample"],
    [
      "that begins without a sync sample",
      { ...good, samples: replaced(0, { isSync: false }) },
      "sync",
    ],
    [
      "that shows a picture twice",
      { ...good, samples: replaced(2, { offset: 3 * step }) },
      "picture",
    ],
    ["that is shown a frame late", { ...good, samples: shiftedBy(step) }, "presentation delay"],
    ["with bytes behind its last box", { ...good, tail: new Uint8Array(3) }, "cut short"],
    ["with a second fragment", { ...good, tail: isoBox("moof") }, "expected one moof box, got 2"],
  ];
  test.each(cases)("%s", (_, segment, reason) => {
    expect(judge(segment).join("; ")).toContain(reason);
  });

  test("of a number that the timeline does not have", () => {
    expect(verifySegment(segmentBytes(good), { kind: "audio", timeline, n: 4 })).toHaveLength(1);
  });

  test("cut at any byte", () => {
    const bytes = segmentBytes(good);
    for (let length = 0; length < bytes.byteLength; length++) {
      const expected = { kind: "video", timeline, n } as const;
      expect(verifySegment(bytes.subarray(0, length), expected)).not.toEqual([]);
    }
  });

  test("with any byte of its headers changed to any value, or else read the same", () => {
    const bytes = segmentBytes(good);
    const read = (segment: Uint8Array): unknown => {
      const fragment = readMediaFragment(segment);
      // The fragment's number and later sync samples are nobody's promise.
      const samplesRead = fragment.samples.map((sample, i) =>
        i === 0 ? sample : { ...sample, isSync: false },
      );
      return { ...fragment, sequenceNumber: 1, samples: samplesRead };
    };
    const original = read(bytes);
    const headerBytes = readMediaFragment(bytes).dataStart;
    fc.assert(
      fc.property(fc.nat(headerBytes - 1), fc.nat(255), (at, value) => {
        const changed = bytes.with(at, value);
        const reasons = verifySegment(changed, { kind: "video", timeline, n, delayTicks });
        if (reasons.length > 0) return;
        expect(read(changed)).toEqual(original);
      }),
      { numRuns: 2000 },
    );
  });

  test("made of any bytes, without ever throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(verifySegment(noise, { kind: "audio", timeline, n: 1 })).not.toEqual([]);
      }),
    );
  });
});

function shiftedBy(ticks: number): FakeSample[] {
  return samples.map((sample) => ({ ...sample, offset: sample.offset + ticks }));
}
