import { expect, test } from "bun:test";
import fc from "fast-check";
import { addWork, dayOf } from "../../src/prewarm/job.ts";
import { usedBudget, whyPoliciesRest } from "../../src/prewarm/policy-budget.ts";

const roomy = { usedBytes: 0, workedTodaySeconds: 0, freeBytes: 1e12 };
const free = { maxBytes: null, hours: null, minutesPerDay: 1440 };
const minute = fc.integer({ min: 0, max: 1439 });
/** A moment of this machine's clock. */
const at = (minutes: number): number =>
  new Date(2026, 10, 20, Math.floor(minutes / 60), minutes % 60, 30).getTime();

test("policies work within their hours alone, over midnight too, and always where none are set", () => {
  fc.assert(
    fc.property(minute, minute, minute, (fromMinute, toMinute, now) => {
      fc.pre(fromMinute !== toMinute);
      const rest = whyPoliciesRest(
        { ...free, hours: { fromMinute, toMinute } },
        { ...roomy, now: at(now) },
      );
      // As far from the beginning as one walks forward through the day.
      const length = (toMinute - fromMinute + 1440) % 1440;
      const isWithin = (now - fromMinute + 1440) % 1440 < length;
      expect(rest === null).toBe(isWithin);
      expect(whyPoliciesRest(free, { ...roomy, now: at(now) })).toBeNull();
    }),
  );
});

test("policies rest once bytes or minutes are used, or the disk is nearly full", () => {
  const bytes = fc.integer({ min: 0, max: 1e11 });
  fc.assert(
    fc.property(bytes, bytes, bytes, fc.integer({ max: 90_000 }), (max, used, room, seconds) => {
      const now = at(0);
      const facts = { now, usedBytes: used, freeBytes: room, workedTodaySeconds: seconds };
      const isFull = room < 1024 ** 3;
      const limited = whyPoliciesRest({ ...free, maxBytes: max, minutesPerDay: 60 }, facts);
      expect(limited === null).toBe(used < max && !isFull && seconds < 3600);
      // A tenth of the room that there would be without them.
      const shared = whyPoliciesRest(free, { ...facts, workedTodaySeconds: 0 });
      expect(shared === null).toBe(!isFull && used < (used + room) / 10);
    }),
  );
});

test("what is used is what was made and is stored still, of each content once", () => {
  const row = fc.record({
    id: fc.uuid(),
    contentHash: fc.option(fc.constantFrom("a", "b", "c")),
    bytes: fc.integer({ min: 0, max: 1000 }),
    workedDay: fc.constantFrom(null, dayOf(at(0)), "2026-11-19"),
    workedSeconds: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(
      fc.array(row),
      fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 2000 })),
      (work, sizes) => {
        const stored = new Map(Object.entries(sizes));
        const { usedBytes, workedTodaySeconds } = usedBudget(work, stored, at(5));
        const of = (hash: string): number =>
          work.filter((one) => one.contentHash === hash).reduce((sum, one) => sum + one.bytes, 0);
        const expected = ["a", "b", "c"].map((hash) => Math.min(of(hash), stored.get(hash) ?? 0));
        expect(usedBytes).toBe(expected.reduce((sum, one) => sum + one, 0));
        const today = work.filter(({ workedDay }) => workedDay === dayOf(at(0)));
        expect(workedTodaySeconds).toBe(today.reduce((sum, one) => sum + one.workedSeconds, 0));
      },
    ),
  );
});

test("work is counted by day: a new one begins at nothing", () => {
  const first = addWork(addWork({ day: null, seconds: 0 }, 5, at(0)), 7, at(1439));
  expect(first).toEqual({ day: "2026-11-20", seconds: 12 });
  expect(addWork(first, 3, at(1440))).toEqual({ day: "2026-11-21", seconds: 3 });
});
