import { expect, test } from "bun:test";
import fc from "fast-check";
import { bitrateStep } from "../../src/media/bitrate-step.ts";

const bitrate = fc.integer({ min: 1, max: 1_000_000_000 });

test("a step is never above the wish and never a quarter or more below it", () => {
  fc.assert(
    fc.property(bitrate, (wish) => {
      const step = bitrateStep(wish);
      expect(step).toBeLessThanOrEqual(wish);
      // Below a hundred bits a second, rounding to whole bits is coarser than the steps.
      if (wish >= 100) expect(wish / step).toBeLessThan(1.28);
    }),
  );
});

test("a step is its own step, and steps keep the order of wishes", () => {
  fc.assert(
    fc.property(bitrate, bitrate, (a, b) => {
      expect(bitrateStep(bitrateStep(a))).toBe(bitrateStep(a));
      if (a <= b) expect(bitrateStep(a)).toBeLessThanOrEqual(bitrateStep(b));
    }),
  );
});

test("a million wishes between 100 kbit/s and 100 Mbit/s are thirty-one steps", () => {
  const found = new Set<number>();
  for (let wish = 100_000; wish <= 100_000_000; wish += 100) found.add(bitrateStep(wish));
  expect(found.size).toBe(31);
});
