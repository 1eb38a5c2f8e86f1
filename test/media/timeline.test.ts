import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rational } from "../../src/media/rational.ts";
import type { AudioRecipe } from "../../src/media/recipe.ts";
import {
  audioTimeline,
  createGrid,
  durationSeconds,
  gridFrames,
  segmentAt,
  segmentCount,
  segmentSpan,
  videoTimeline,
} from "../../src/media/timeline.ts";

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
const anyGrid = fc
  .tuple(
    fc.double({ min: 0.01, max: 90_000, noNaN: true }),
    fc.constantFrom(...rates),
    fc.integer({ min: 1, max: 12 }),
  )
  .map(([seconds, [num, den], segment]) => createGrid(seconds, rational(num, den), segment));

describe("a timeline", () => {
  test("at 30000/1001 and 4 seconds has segments of 120 frames, 4.004 seconds", () => {
    const timeline = videoTimeline(createGrid(60, rational(30000, 1001), 4));
    expect(segmentSpan(timeline, 1)).toEqual({ start: 0, end: 120 * 1001 });
    expect(timeline.timescale).toBe(30000);
  });

  test("joins a tail under half a second to the segment before it", () => {
    const grid = createGrid(8.4, rational(25), 4);
    expect(segmentCount(videoTimeline(grid))).toBe(2);
    expect(segmentCount(videoTimeline(createGrid(8.6, rational(25), 4)))).toBe(3);
    expect(segmentCount(videoTimeline(createGrid(0.2, rational(25), 4)))).toBe(1);
  });

  test("has no last segment of one or two pictures, at any rate", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.constantFrom(rational(1), rational(2), rational(3), rational(5), rational(24)),
        fc.integer({ min: 1, max: 12 }),
        (pictures, rate, segment) => {
          const grid = createGrid((pictures * rate.den) / rate.num, rate, segment);
          const boundaries = gridFrames(grid);
          const tail = grid.totalFrames - (boundaries.at(-2) ?? 0);
          // Where no segment has three pictures, none is reordered.
          const fewest = Math.min(3, grid.totalFrames, grid.framesPerSegment);
          expect(tail).toBeGreaterThanOrEqual(fewest);
        },
      ),
    );
  });

  test("rises from 0 to the whole, in whole frames, sound never before pictures", () => {
    fc.assert(
      fc.property(anyGrid, (grid) => {
        const video = videoTimeline(grid);
        const audio = audioTimeline(grid, aac);
        expect(segmentCount(audio)).toBe(segmentCount(video));
        for (const timeline of [video, audio]) {
          expect(timeline.boundaries[0]).toBe(0);
          for (let n = 1; n <= segmentCount(timeline); n++) {
            const { start, end } = segmentSpan(timeline, n);
            expect(end).toBeGreaterThan(start);
            expect(end % timeline.frameTicks).toBe(0);
          }
        }
        expect(durationSeconds(video)).toBeCloseTo(
          (grid.totalFrames * grid.frameRate.den) / grid.frameRate.num,
          6,
        );
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
      fc.property(anyGrid, fc.double({ min: 0, max: 1, noNaN: true }), (grid, part) => {
        const timeline = videoTimeline(grid);
        const moment = durationSeconds(timeline) * part;
        const { start, end } = segmentSpan(timeline, segmentAt(timeline, moment));
        expect(start / timeline.timescale).toBeLessThanOrEqual(moment + 1e-5);
        expect(end / timeline.timescale).toBeGreaterThanOrEqual(moment - 1e-5);
      }),
    );
    const timeline = videoTimeline(createGrid(20, rational(25), 4));
    expect([segmentAt(timeline, -5), segmentAt(timeline, 8), segmentAt(timeline, 1e9)]).toEqual([
      1, 3, 5,
    ]);
  });

  test("has no segment 0 and none after the last", () => {
    const timeline = videoTimeline(createGrid(20, rational(25), 4));
    expect(() => segmentSpan(timeline, 0)).toThrow(RangeError);
    expect(() => segmentSpan(timeline, 6)).toThrow(RangeError);
  });
});
