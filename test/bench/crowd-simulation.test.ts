import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { simulate, slotsNeeded, type Crowd } from "../../scripts/bench/crowd/crowd.ts";
import { endMs } from "../../scripts/bench/crowd/origin.ts";
import { tickMs } from "../../scripts/bench/crowd/virtual-clock.ts";
import { runLimits } from "../../src/pipeline/run-limits.ts";

/** A small crowd that needs 2.6 slots, and has as many as it begins encoders for. */
const usual: Crowd = {
  ...{ viewers: 60, slots: 7, films: null, seed: 1, scrubbers: 0 },
  ...{ greedy: { clients: 0, waits: 40 }, warmUpSeconds: 60, seconds: 60 },
};

const crowd = fc.record({
  viewers: fc.integer({ min: 10, max: 60 }),
  slots: fc.integer({ min: 2, max: 10 }),
  films: fc.constantFrom(null, 12),
  greedy: fc.record({ clients: fc.nat(2), waits: fc.constantFrom(8, 40) }),
  scrubbers: fc.nat(2),
  seed: fc.nat(),
  warmUpSeconds: fc.constant(0),
  seconds: fc.constant(120),
});

test("however a crowd looks: no more encoders than may be, no slot idle while a viewer waits, nobody forgotten", async () => {
  await fc.assert(
    fc.asyncProperty(crowd, async (each) => {
      const seen = await simulate(each);
      // One more for each share that has been passed by for long.
      const most = each.slots + (each.greedy.clients > 0 ? 2 : 0);
      expect(seen.mostWorking).toBeLessThanOrEqual(most);
      expect(seen.mostAlive).toBeLessThanOrEqual(runLimits(each.slots).maxTasks);
      // A slot is empty while a process ends that another's needs the place of, and until both are noticed.
      expect(seen.idleMs).toBeLessThanOrEqual((seen.begun + each.slots) * (endMs + 2 * tickMs));
      // Where each has a turn within the patience of a request, each sees something.
      const turnSeconds = (0.4 + 4 / 12) * (each.viewers / each.slots);
      if (turnSeconds < 15) {
        expect(seen.starved).toBe(0);
        expect(seen.waits.at(-1) ?? 0).toBeLessThan(2 * turnSeconds + 5);
      }
      expect(seen.made).toBeGreaterThan(0);
    }),
    { numRuns: 10 },
  );
}, 60_000);

test("the same crowd gives the same figures, another seed others", async () => {
  const [one, same, other] = await Promise.all([
    simulate(usual),
    simulate(usual),
    simulate({ ...usual, seed: 2 }),
  ]);
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

describe("what viewers see", () => {
  test("grows with the slots, to all of it", async () => {
    let before = 1;
    for (const slots of [2, 4, 7, 14]) {
      const { stallShare, rebufferShare } = await simulate({ ...usual, slots });
      expect(stallShare).toBeLessThan(before);
      before = stallShare;
      if (slots > 4 * slotsNeeded(usual.viewers)) expect(rebufferShare).toBe(0);
    }
    expect(before).toBeLessThan(0.02);
  });

  test("is much the same beside those who want more than their share, who get no more than it", async () => {
    const alone = await simulate(usual);
    const greedy = await simulate({ ...usual, greedy: { clients: 5, waits: 40 } });
    const scrubbed = await simulate({ ...usual, scrubbers: 5 });
    for (const { stallShare } of [greedy, scrubbed]) {
      expect((1 - stallShare) / (1 - alone.stallShare)).toBeGreaterThan(0.9);
    }
    expect(greedy.greedyShare).toBeLessThan(0.25);
    expect(greedy.greedyShare).toBeGreaterThan(0);
  });
});
