import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { frameTimescale, rational, type Rational } from "../../src/media/rational.ts";
import type { AudioRecipe } from "../../src/rendition/encode/audio-recipe.ts";
import {
  audioTimeline,
  frameNumbers,
  videoTimeline,
} from "../../src/rendition/encode/frame-timeline.ts";
import { durationSeconds, segmentAt, segmentCount, segmentSpan } from "../../src/media/timeline.ts";
import { frameBoundaries } from "../../src/media/frame-boundaries.ts";
import { boundarySeconds } from "../../src/media/boundaries.ts";

const aac: AudioRecipe = {
  kind: "audio",
  revision: 2,
  codec: "aac",
  encoder: "aac",
  sampleRateHz: 48_000,
  channels: 2,
  mix: "layout",
  bitrateBps: 128_000,
  frameSamples: 1024,
  prerollFrames: 8,
};
const rates = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [12, 1],
  [15, 2],
] as const;
const anyBeginning = fc.oneof(
  fc.constantFrom([], [1, 1, 2]),
  fc.array(fc.double({ min: 0.5, max: 20, noNaN: true }), { maxLength: 10 }),
);
const anyCut = fc
  .tuple(
    fc.oneof(
      fc.double({ min: 0.01, max: 90_000, noNaN: true }),
      fc.double({ min: 0.01, max: 20, noNaN: true }),
    ),
    fc.constantFrom(...rates),
    fc.integer({ min: 1, max: 12 }),
    anyBeginning,
  )
  .map(([seconds, [num, den], segmentSeconds, beginning]) => {
    const frameRate = rational(num, den);
    const boundaries = frameBoundaries(seconds, frameRate, segmentSeconds, beginning);
    return { frameRate, boundaries, seconds, segmentSeconds, beginning };
  });
const clockOf = (frameRate: Rational) => ({ frameRate, timescale: frameTimescale(frameRate) });
const evenly = (seconds: number, rate: Rational, segmentSeconds: number) =>
  videoTimeline(frameBoundaries(seconds, rate, segmentSeconds), clockOf(rate));

describe("a timeline", () => {
  test("at 30000/1001 and 4 seconds has segments of 120 frames, 4.004 seconds", () => {
    const timeline = evenly(60, rational(30000, 1001), 4);
    expect(segmentSpan(timeline, 1)).toEqual({ start: 0, end: 120 * 1001 });
    expect(timeline.timescale).toBe(30000);
  });

  test("joins a tail under half a second to the segment before it", () => {
    expect(segmentCount(evenly(8.4, rational(25), 4))).toBe(2);
    expect(segmentCount(evenly(8.6, rational(25), 4))).toBe(3);
    expect(segmentCount(evenly(0.2, rational(25), 4))).toBe(1);
  });

  test("has no last segment of one or two pictures, at any rate", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.constantFrom(rational(1), rational(2), rational(3), rational(5), rational(24)),
        fc.integer({ min: 1, max: 12 }),
        (pictures, rate, segment) => {
          const cut = frameBoundaries((pictures * rate.den) / rate.num, rate, segment);
          const frames = frameNumbers(cut, rate);
          const tail = pictures - (frames.at(-2) ?? 0);
          // Where no segment has three pictures, none is reordered.
          const fewest = Math.min(3, pictures, Math.round((segment * rate.num) / rate.den));
          expect(tail).toBeGreaterThanOrEqual(fewest);
        },
      ),
    );
  });

  test("begins with the lengths that were asked for, as far as they are shorter than the others", () => {
    const frames = (seconds: number, rate: Rational) =>
      frameNumbers(frameBoundaries(seconds, rate, 4, [1, 1, 2]), rate);
    expect(frames(16, rational(25))).toEqual([0, 25, 50, 100, 200, 300, 400]);
    expect(frames(16.016, rational(24000, 1001))).toEqual([0, 24, 48, 96, 192, 288, 384]);
    // A tail under half a second joins the segment before it here, too; a film may end within its beginning.
    expect(frames(2.2, rational(25))).toEqual([0, 25, 55]);
    expect(frames(0.8, rational(25))).toEqual([0, 20]);
    expect(frames(4, rational(25))).toEqual([0, 25, 50, 100]);
    // No segment of one picture: what is too short becomes part of the next.
    expect(frames(12, rational(1))).toEqual([0, 4, 8, 12]);
    expect(frames(12, rational(2))).toEqual([0, 4, 8, 16, 24]);
  });

  test("has the usual length behind any beginning, and nothing shorter than half a second or longer than was wished", () => {
    fc.assert(
      fc.property(anyCut, ({ boundaries, frameRate, seconds, segmentSeconds, beginning }) => {
        const rate = frameRate.num / frameRate.den;
        const frames = frameNumbers(boundaries, frameRate);
        expect(frames.at(-1)).toBe(Math.max(1, Math.round(seconds * rate)));
        const usual = Math.round(segmentSeconds * rate);
        const lengths = frames.slice(1).map((at, i) => at - (frames[i] ?? 0));
        const short = beginning.filter((length) => length < segmentSeconds);
        // A frame of rounding, and a tail that joined.
        expect(lengths.slice(short.length, -1).every((length) => length === usual)).toBe(true);
        for (const [i, length] of lengths.slice(0, -1).entries()) {
          expect(length).toBeGreaterThanOrEqual(Math.min(3, usual));
          expect(length).toBeLessThanOrEqual(usual + 3 * (i < short.length ? 1 : 0));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("rises from 0 to the whole, in whole frames, sound never before pictures", () => {
    fc.assert(
      fc.property(anyCut, ({ boundaries, frameRate }) => {
        const video = videoTimeline(boundaries, clockOf(frameRate));
        const audio = audioTimeline(boundaries, aac);
        expect(segmentCount(audio)).toBe(segmentCount(video));
        for (const timeline of [video, audio]) {
          expect(timeline.boundaries[0]).toBe(0);
          for (let n = 1; n <= segmentCount(timeline); n++) {
            const { start, end } = segmentSpan(timeline, n);
            expect(end).toBeGreaterThan(start);
            expect(end % timeline.frameTicks).toBe(0);
          }
        }
        expect(durationSeconds(video)).toBeCloseTo(boundarySeconds(boundaries), 6);
        video.boundaries.forEach((ticks, i) => {
          // Boundary k of sound is the first codec frame at or after boundary k of the pictures.
          const late = (audio.boundaries[i] ?? 0) / 48_000 - ticks / video.timescale;
          expect(late).toBeGreaterThanOrEqual(-1e-6);
          expect(late).toBeLessThan(1024 / 48_000 + 1e-6);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("finds the segment of any moment", () => {
    fc.assert(
      fc.property(anyCut, fc.double({ min: 0, max: 1, noNaN: true }), (cut, part) => {
        const timeline = videoTimeline(cut.boundaries, clockOf(cut.frameRate));
        const moment = durationSeconds(timeline) * part;
        const { start, end } = segmentSpan(timeline, segmentAt(timeline, moment));
        expect(start / timeline.timescale).toBeLessThanOrEqual(moment + 1e-5);
        expect(end / timeline.timescale).toBeGreaterThanOrEqual(moment - 1e-5);
      }),
    );
    const timeline = evenly(20, rational(25), 4);
    expect([segmentAt(timeline, -5), segmentAt(timeline, 8), segmentAt(timeline, 1e9)]).toEqual([
      1, 3, 5,
    ]);
  });

  test("has no segment 0 and none after the last", () => {
    const timeline = evenly(20, rational(25), 4);
    expect(() => segmentSpan(timeline, 0)).toThrow(RangeError);
    expect(() => segmentSpan(timeline, 6)).toThrow(RangeError);
  });
});
