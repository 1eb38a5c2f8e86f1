import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FillPolicy } from "../../src/pipeline/ports.ts";
import { segmentName } from "../../src/media/object-name.ts";
import {
  hash,
  lookAheadSegments,
  openContent,
  renditionIds,
  segmentOf,
  segments,
} from "./content-rig.ts";

const policies = ["none", "watched", "all"] as const satisfies readonly FillPolicy[];
const everything = Array.from({ length: segments }, (_, i) => i + 1);
/** Where viewers are: a rendition and a segment. */
const places = fc.uniqueArray(
  fc.record({
    rendition: fc.constantFrom(...renditionIds),
    n: fc.integer({ min: 1, max: segments }),
  }),
  { maxLength: 3, selector: ({ rendition, n }) => `${rendition}/${n}` },
);
type Places = readonly { readonly rendition: string; readonly n: number }[];

function expected(policy: FillPolicy, isWatched: boolean, touched: Places) {
  const ahead = (id: string): number[] =>
    everything.filter((n) =>
      touched.some(
        (each) => each.rendition === id && n >= each.n && n <= each.n + lookAheadSegments,
      ),
    );
  const isFilled = (id: string): boolean =>
    isWatched &&
    (policy === "all" ||
      (policy === "watched" && touched.some(({ rendition }) => rendition === id)));
  return Object.fromEntries(renditionIds.map((id) => [id, isFilled(id) ? everything : ahead(id)]));
}

/**
 * A run that comes to one segment before where another viewer is goes on to him rather than end there, where his own has
 * not begun: that one segment may be made, too.
 */
function withoutBridges(
  stored: Record<string, number[]>,
  due: Record<string, number[]>,
  touched: Places,
): Record<string, number[]> {
  const isBridge = (id: string, n: number): boolean =>
    due[id]?.includes(n - 1) === true &&
    touched.some((each) => each.rendition === id && each.n === n + 1);
  return Object.fromEntries(
    Object.entries(stored).map(([id, all]) => [
      id,
      all.filter((n) => due[id]?.includes(n) === true || !isBridge(id, n)),
    ]),
  );
}

test("what nobody waits for is made: `none` ahead of viewers alone, `watched` the rest of theirs, `all` of every rendition; all that only while somebody watches", async () => {
  expect(renditionIds).toHaveLength(3);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...policies),
      fc.integer({ min: 0, max: 2 }),
      places,
      async (policy, viewers, touched) => {
        await using rig = await openContent(policy);
        const leave = Array.from({ length: viewers }, () => rig.work.watch());
        // Others than the first may go, and one may say so twice.
        for (const each of leave.slice(1)) each();
        for (const each of leave.slice(1)) each();
        for (const [i, { rendition, n }] of touched.entries())
          rig.work.touch(rendition, n, () => `client ${i}`);
        await rig.drive();
        const due = expected(policy, viewers > 0, touched);
        expect(withoutBridges(rig.stored(), due, touched)).toEqual(due);
        expect(rig.running()).toEqual([]);
        const before = rig.encoders.length;
        await rig.drive();
        expect(rig.encoders).toHaveLength(before);
      },
    ),
    {
      numRuns: 40,
      examples: [
        [
          "none",
          0,
          [
            { rendition: "v240", n: 11 },
            { rendition: "v240", n: 3 },
          ],
        ],
      ],
    },
  );
}, 60_000);

test("with the last viewer what was being made ends at once, whatever the policy, and nothing is begun", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...policies),
      fc.constantFrom(...renditionIds),
      fc.integer({ min: 0, max: 2 * segments }),
      async (policy, rendition, made) => {
        await using rig = await openContent(policy);
        const [first, last] = [rig.work.watch(), rig.work.watch()];
        rig.work.touch(rendition, 1, () => "client");
        await rig.drive(made);
        first();
        await rig.settle();
        const stored = rig.stored();
        last();
        await rig.settle();
        expect(rig.encoders.filter(({ encoder }) => !encoder.isOver)).toEqual([]);
        expect(await rig.drive()).toBe(0);
        expect(rig.stored()).toEqual(stored);
        expect(await rig.rests()).toBe(true);
      },
    ),
    { numRuns: 16 },
  );
}, 60_000);

test("a rendition that was not asked for within a minute is filled by `all` alone", async () => {
  for (const policy of policies) {
    for (const rendition of renditionIds) {
      await using rig = await openContent(policy);
      rig.work.watch();
      rig.work.touch(rendition, 1, () => "client");
      await rig.drive(2);
      rig.clock.now += 61_000;
      await rig.drive();
      expect([policy, rig.allMade.length]).toEqual([policy, policy === "all" ? 3 * segments : 2]);
      // Nobody comes any more: what is held ends.
      rig.clock.now += 21_000;
      await rig.drive();
      rig.clock.now += 21_000;
      await rig.drive();
      expect(rig.encoders.filter(({ encoder }) => !encoder.isOver)).toEqual([]);
    }
  }
}, 60_000);

test("nothing is filled while somebody waits, and all is when they have what they waited for", async () => {
  for (const policy of ["watched", "all"] as const) {
    for (const rendition of renditionIds) {
      await using rig = await openContent(policy);
      rig.work.watch();
      rig.work.touch(rendition, 1, () => "client");
      await rig.drive(lookAheadSegments + 2);
      const [filling] = rig.running();
      expect(filling?.encoder.next).toBe(lookAheadSegments + 3);
      const never = new AbortController().signal;
      const other = renditionIds.find((id) => id !== rendition) ?? "";
      const asked = rig.work.ensure(other, segments, "other", () => never);
      await rig.settle();
      expect(filling?.encoder.isSuspended).toBe(true);
      expect(rig.running().map(({ renditions, encoder }) => [renditions, encoder.next])).toEqual([
        [[other], segments],
      ]);
      await rig.drive();
      await asked;
      const whole = policy === "all" ? renditionIds : [rendition, other];
      expect(rig.stored()).toEqual(
        Object.fromEntries(renditionIds.map((id) => [id, whole.includes(id) ? everything : []])),
      );
    }
  }
}, 60_000);

test("rungs that are made for nobody yet share one decode, segment by segment, and each is made once", async () => {
  await using rig = await openContent("all");
  rig.work.watch();
  rig.work.tidy();
  await rig.drive();
  const rungs = renditionIds.filter((id) => id.startsWith("v"));
  expect(rungs).toHaveLength(2);
  expect(rig.encoders.map(({ renditions }) => renditions.join(" ")).toSorted()).toEqual([
    ...renditionIds.filter((id) => id.startsWith("a")),
    rungs.join(" "),
  ]);
  expect(rig.allMade.toSorted()).toEqual([...new Set(rig.allMade)].toSorted());
  expect(rig.stored()).toEqual(Object.fromEntries(renditionIds.map((id) => [id, everything])));
});

test("a viewer of one rung of a shared decode gets the next segment of it, and the other rung goes on later", async () => {
  await using rig = await openContent("all");
  const leave = rig.work.watch();
  await rig.drive(3);
  const [shared] = rig.running();
  const [watched, other] = shared?.renditions ?? [];
  if (shared === undefined || watched === undefined || other === undefined)
    throw new Error("expected two rungs of one decode");
  const { next } = shared.encoder;
  expect(shared.encoder.isHurried).toBe(false);
  const asked = rig.work.ensure(watched, next, "viewer", () => new AbortController().signal);
  await rig.settle();
  expect(rig.running()).toEqual([shared]);
  expect(shared.encoder.isHurried).toBe(true);
  shared.encoder.make();
  await asked;
  await rig.settle();
  // What comes next for him is made without the other rung, before anything else is.
  expect(shared.encoder.isOver).toBe(true);
  rig.work.tidy();
  await rig.settle();
  expect(rig.running().map(({ renditions }) => renditions)).toEqual([[watched]]);
  await rig.drive();
  expect(rig.stored()).toEqual(Object.fromEntries(renditionIds.map((id) => [id, everything])));
  leave();
});

test("what a viewer and the filling of another rung share is not held up by what was made before", async () => {
  await using rig = await openContent("all");
  rig.work.watch();
  const [a, b] = renditionIds.filter((id) => id.startsWith("v"));
  if (a === undefined || b === undefined) throw new Error("expected two rungs");
  await rig.store.put(hash, segmentName(b, 4), segmentOf(b, 4));
  await rig.drive();
  expect(rig.stored()).toEqual(Object.fromEntries(renditionIds.map((id) => [id, everything])));
  expect(rig.allMade.filter((name) => name === segmentName(b, 4))).toEqual([]);
  expect(rig.allMade.toSorted()).toEqual([...new Set(rig.allMade)].toSorted());
});

test("who waits for two rungs at one place at once is served by one decode, each segment made once", async () => {
  await using rig = await openContent("none");
  const rungs = renditionIds.filter((id) => id.startsWith("v"));
  const until = () => new AbortController().signal;
  const asked = rungs.map((id, i) => rig.work.ensure(id, 5, `viewer ${i}`, until));
  await rig.settle();
  expect(rig.running().map(({ renditions }) => renditions)).toEqual([rungs]);
  rig.running()[0]?.encoder.make();
  await Promise.all(asked);
  await rig.drive();
  expect(rig.allMade.toSorted()).toEqual([...new Set(rig.allMade)].toSorted());
  expect(rig.encoders.flatMap(({ renditions }) => renditions).toSorted()).toEqual(rungs);
});

test("whatever is waited for at once, of whichever renditions, comes, and nothing is made twice", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...policies),
      fc.uniqueArray(
        fc.record({
          rendition: fc.constantFrom(...renditionIds),
          n: fc.integer({ min: 1, max: segments }),
        }),
        { minLength: 1, maxLength: 8, selector: ({ rendition, n }) => segmentName(rendition, n) },
      ),
      async (policy, wanted) => {
        await using rig = await openContent(policy);
        rig.work.watch();
        const until = () => new AbortController().signal;
        const asked = wanted.map(({ rendition, n }, i) =>
          rig.work.ensure(rendition, n, `viewer ${i % 3}`, until),
        );
        await rig.drive();
        await Promise.all(asked);
        expect(rig.allMade.toSorted()).toEqual([...new Set(rig.allMade)].toSorted());
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);
