import { expect, test } from "bun:test";
import fc from "fast-check";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createScheduler, type Scheduler } from "../../src/schedule/scheduler.ts";
import { settle, setUp } from "./rendition-rig.ts";

type Rig = ReturnType<typeof setUp>;

const living = (rigs: readonly Rig[]) =>
  rigs.flatMap(({ encoders }) => encoders.filter((encoder) => !encoder.isOver));

/** Renditions that share a scheduler, as those of a server do. */
function setUpMany(
  count: number,
  maxWaitsPerClient = 100_000,
): { rigs: Rig[]; scheduler: Scheduler } {
  const scheduler = createScheduler({
    ...{ capacity: 2, backgroundCapacity: 1, maxTasks: 6, maxWaitsPerClient },
    now: () => performance.now(),
  });
  const rigs = Array.from({ length: count }, (_, i) =>
    setUp({ scheduler, hash: String(i % 50).padStart(64, "0"), now: () => performance.now() }),
  );
  return { rigs, scheduler };
}

test("ten thousand waits on three hundred renditions cost milliseconds, and the event loop is never held up", async () => {
  const { rigs, scheduler } = setUpMany(300);
  const gone = new AbortController();
  const answers: Promise<unknown>[] = [];
  const spentMs: number[] = [];
  // Of the processor, for the machine may have other work to do.
  const cpuMs = (): number => process.cpuUsage().user / 1000;
  const began = cpuMs();
  const inOneTurn = async (work: () => void): Promise<void> => {
    const before = cpuMs();
    work();
    // What the scheduler does at the end of the turn counts.
    await Promise.resolve();
    spentMs.push(cpuMs() - before);
  };
  for (let i = 0; i < 10_000; i++) {
    await inOneTurn(() => {
      const n = 1 + ((i * 7) % 100);
      const asked = rigs[i % 300]?.ask(n, `client ${i % 7}`, gone.signal) ?? Promise.resolve();
      answers.push(asked.catch((error: unknown) => error));
    });
  }
  const viewer = rigs[0]?.ask(100, "viewer") ?? Promise.resolve();
  await settle();
  expect(living(rigs).length).toBeLessThanOrEqual(6);
  for (const { work } of rigs) await inOneTurn(() => work.tidy());
  const totalMs = cpuMs() - began;
  expect(totalMs).toBeLessThan(4000);
  // The very longest are the garbage collector's.
  expect(spentMs.toSorted((a, b) => a - b).at(-5)).toBeLessThan(50);

  const aborting = cpuMs();
  gone.abort(new Error("gone"));
  await Promise.all(answers);
  await settle();
  expect(cpuMs() - aborting).toBeLessThan(2000);
  await settle();
  expect(scheduler.active).toBe(1);
  const [first] = living(rigs).filter(({ from, isSuspended }) => from >= 99 && !isSuspended);
  first?.make();
  await viewer;
}, 60_000);

test("two hundred dropped requests leave few processes, and seconds later none", async () => {
  const { rigs } = setUpMany(1);
  const [rig] = rigs;
  if (rig === undefined) throw new Error("one was made");
  let most = 0;
  for (let i = 0; i < 200; i++) {
    const drop = new AbortController();
    const asked = rig.ask(1 + ((i * 37) % 100), "viewer", drop.signal).catch(() => undefined);
    await settle();
    drop.abort(new Error("gone"));
    await asked;
    most = Math.max(most, living(rigs).length);
  }
  expect(most).toBeLessThanOrEqual(6);
  rig.work.tidy();
  await Bun.sleep(3100);
  rig.work.tidy();
  await settle();
  expect(living(rigs)).toEqual([]);
  expect(rig.work.isIdle).toBe(true);
}, 60_000);

test("a client that waits for as much as it may is told so at once; the same segment again costs it nothing", async () => {
  const { rigs } = setUpMany(1, 5);
  const [rig] = rigs;
  const asked = [10, 20, 30, 40, 50, 50, 50].map((n) =>
    rig?.ask(n, "hog").catch((error: unknown) => error),
  );
  await settle();
  await expect(rig?.ask(60, "hog") ?? Promise.resolve()).rejects.toMatchObject({
    code: "OBJECT_NOT_READY",
    retryAfterSeconds: 2,
  });
  void rig?.ask(60, "viewer").catch(() => undefined);
  expect(rig?.work.waiting).toBe(8);
  await rig?.work.close(new ViewraError("SHUTTING_DOWN"));
  await Promise.all(asked);
});

const kinds = [
  "ask",
  "ask",
  "ask",
  "touch",
  "drop",
  "make",
  "make",
  "fail",
  "tidy",
  "lose",
] as const;
const step = fc.record({
  kind: fc.constantFrom(...kinds),
  n: fc.integer({ min: 1, max: 30 }),
  client: fc.constantFrom("a", "b", "c"),
  rig: fc.nat(2),
  pick: fc.nat(),
});

const picked = <T>(of: readonly T[], pick: number): T | undefined => of[pick % of.length];

test("whatever viewers do and however runs end, nobody waits for ever and no segment is made twice at once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const { rigs } = setUpMany(3);
      const open = new Map<Promise<unknown>, AbortController>();
      const running = () => living(rigs).filter(({ isSuspended }) => !isSuspended);
      for (const each of steps) {
        const rig = rigs[each.rig];
        if (rig === undefined) throw new Error("there are three");
        const one = picked(running(), each.pick);
        if (each.kind === "ask") {
          const abort = new AbortController();
          const settled: Promise<unknown> = rig
            .ask(each.n, each.client, abort.signal)
            .catch((error: unknown) => error)
            .finally(() => open.delete(settled));
          open.set(settled, abort);
        } else if (each.kind === "touch") rig.work.touch(each.n, () => "a");
        else if (each.kind === "drop") picked([...open.values()], each.pick)?.abort();
        else if (each.kind === "make") one?.make();
        else if (each.kind === "fail") one?.end({ ok: false, exitCode: 1 });
        else if (each.kind === "tidy") rig.work.tidy();
        // The store found it damaged.
        else rig.inStore.delete(picked([...rig.inStore], each.pick) ?? 0);
        await settle();
        expect(living(rigs).length).toBeLessThanOrEqual(6);
        for (const { encoders } of rigs) {
          const next = encoders.filter(({ isOver }) => !isOver).map((encoder) => encoder.next);
          expect(new Set(next).size).toBe(next.length);
        }
      }
      for (let rounds = 0; open.size > 0; rounds++) {
        expect(rounds, "somebody waits and nothing is made").toBeLessThan(500);
        // A run that ends and the one let go after it are some turns of the event loop apart.
        for (let turns = 0; running().length === 0 && open.size > 0; turns++) {
          expect(turns, "somebody waits and nothing runs").toBeLessThan(200);
          await settle();
        }
        for (const encoder of running()) encoder.make();
        await settle();
      }
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 60_000);
