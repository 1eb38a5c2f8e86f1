import { expect, test } from "bun:test";
import fc from "fast-check";
import { pauseOf, type Sample } from "../../scripts/bench/dying-card/watch-death.ts";

const tick = 20;
/** A film that moves for so many samples from a place on. */
const moving = (fromMs: number, position: number, count: number): Sample[] =>
  Array.from({ length: count }, (_, i) => [fromMs + i * tick, position + (i * tick) / 1000]);

test("the longest pause is found, and how far from where the film stood it goes on, also where it is loaded anew", () => {
  const shape = fc.record({
    position: fc.integer({ min: 30, max: 100 }),
    pauseTicks: fc.integer({ min: 3, max: 500 }),
    off: fc.integer({ min: -20, max: 20 }),
    /** What the page says meanwhile: no film, one that stands, or one at its beginning. */
    between: fc.constantFrom("none", "standing", "zero"),
  });
  fc.assert(
    fc.property(shape, ({ position, pauseTicks, off, between }) => {
      const first = moving(0, position, 50);
      const stoodAt = first.at(-1)?.[0] ?? 0;
      const stood = first.at(-1)?.[1] ?? 0;
      const shown = { none: null, standing: stood, zero: 0 }[between];
      const pause = Array.from({ length: pauseTicks }, (_, i): Sample => [
        stoodAt + (i + 1) * tick,
        shown,
      ]);
      const goesOnAt = stoodAt + (pauseTicks + 1) * tick;
      const after = moving(goesOnAt, stood + off, 50);
      const seen = pauseOf([...first, ...pause, ...after]);
      // It takes two samples to see that it moves again.
      expect(seen.longestPauseMs).toBeCloseTo((pauseTicks + 2) * tick, 6);
      expect(seen.offSeconds).toBeCloseTo(off, 6);
    }),
  );
});
