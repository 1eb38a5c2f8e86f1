import { expect, test } from "bun:test";
import fc from "fast-check";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { segmentsOf, type PrewarmProgress } from "../../src/pipeline/prewarm.ts";
import { segmentName } from "../../src/media/object-name.ts";
import { hash, openContent, renditionIds, segmentOf, segments } from "./content-rig.ts";

const segmentSeconds = 4;
/** What a promise comes to, or why not. */
const outcomeOf = (made: Promise<void>): Promise<unknown> =>
  made.then(
    () => "made",
    (thrown: unknown) => thrown,
  );

test("a moment's segments: those that hold some of it, one at least", () => {
  const timeline = { timescale: 1000, boundaries: [0, 500, 1000, 4000, 8000, 9500] };
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 11_000 }),
      fc.integer({ min: 1, max: 11_000 }),
      (from, length) => {
        const to = from + length;
        const held = [1, 2, 3, 4, 5].filter((n) => {
          const [start = 0, end = 0] = timeline.boundaries.slice(n - 1);
          return start < to && end > from;
        });
        const { from: first, to: last } = segmentsOf(timeline, from / 1000, to / 1000);
        const found = Array.from({ length: last - first + 1 }, (_, i) => first + i);
        expect(found).toEqual(held.length > 0 ? held : [5]);
      },
    ),
  );
  expect(segmentsOf(timeline, 0, Infinity)).toEqual({ from: 1, to: 5 });
});

test("what is prewarmed is exactly what is missing of the range in what is encoded, and its progress tells so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        fc.record({
          id: fc.constantFrom(...renditionIds),
          n: fc.integer({ min: 1, max: segments }),
        }),
        { maxLength: 6, selector: ({ id, n }) => segmentName(id, n) },
      ),
      fc.integer({ min: 1, max: segments }),
      fc.integer({ min: 1, max: segments }),
      async (before, a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        await using rig = await openContent("none");
        for (const { id, n } of before)
          await rig.store.put(hash, segmentName(id, n), segmentOf(id, n));
        const told: PrewarmProgress[] = [];
        const made = rig.work.prewarm({
          ...{ from: (first - 1) * segmentSeconds, to: last * segmentSeconds },
          signal: new AbortController().signal,
          onProgress: (each) => told.push(each),
        });
        await rig.drive();
        await made;
        const had = (id: string): number[] =>
          before.filter((each) => each.id === id).map(({ n }) => n);
        // Sound is cut at its own frames: its segments begin a little later.
        const wanted = (id: string) => {
          const timeline = rig.work.renditions.get(id)?.timeline;
          if (timeline === undefined) throw new Error(`expected a rendition ${id}`);
          return segmentsOf(timeline, (first - 1) * segmentSeconds, last * segmentSeconds);
        };
        const due = (id: string): number[] =>
          Array.from({ length: segments }, (_, i) => i + 1).filter(
            (n) => (n >= wanted(id).from && n <= wanted(id).to) || had(id).includes(n),
          );
        expect(rig.stored()).toEqual(Object.fromEntries(renditionIds.map((id) => [id, due(id)])));
        const total = renditionIds.reduce(
          (sum, id) => sum + wanted(id).to - wanted(id).from + 1,
          0,
        );
        expect(told.at(-1)).toMatchObject({ done: total, total });
        expect(told.map(({ done }) => done)).toEqual(
          told.map(({ done }) => done).toSorted((x, y) => x - y),
        );
        expect(await rig.rests()).toBe(true);
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test("who waits goes first, what is prewarmed is held; the last viewer's leaving does not end it", async () => {
  await using rig = await openContent("none");
  const stop = new AbortController();
  const made = outcomeOf(rig.work.prewarm({ signal: stop.signal, onProgress: () => {} }));
  await rig.drive(2);
  const [warming] = rig.running();
  const [id = ""] = renditionIds;
  const leave = rig.work.watch();
  const asked = rig.work.ensure(id, segments, "viewer", () => new AbortController().signal);
  await rig.settle();
  expect(warming?.encoder.isSuspended).toBe(true);
  expect(rig.running().map(({ renditions }) => renditions)).toEqual([[id]]);
  for (const { encoder } of rig.running()) encoder.make();
  await asked;
  leave();
  await rig.settle();
  expect(warming?.encoder.isOver).toBe(false);
  await rig.drive(1);
  stop.abort(new ViewraError("CANCELLED"));
  expect(await made).toMatchObject({ code: "CANCELLED" });
  await rig.settle();
  // At once, and nothing is begun any more.
  expect(rig.encoders.filter(({ encoder }) => !encoder.isOver)).toEqual([]);
  expect(await rig.drive()).toBe(0);
});

test("what is given up ends it when all else is made", async () => {
  await using rig = await openContent("none");
  const [broken = ""] = renditionIds;
  const failed = { attempts: 9, reason: "It is broken", ageMs: -1 };
  rig.work.recall(
    new Map(Array.from({ length: segments }, (_, i) => [segmentName(broken, i + 1), failed])),
  );
  const made = outcomeOf(
    rig.work.prewarm({ signal: new AbortController().signal, onProgress: () => {} }),
  );
  await rig.drive();
  expect(await made).toMatchObject({ code: "ENCODE_FAILED", message: "It is broken" });
  expect(Object.entries(rig.stored()).map(([id, all]) => [id, all.length])).toEqual(
    renditionIds.map((id) => [id, id === broken ? 0 : segments]),
  );
});
