import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { choose, type Kept, type Task, type Waited, type Wish } from "../../src/schedule/choose.ts";
import { FairQueue, lightClaims } from "../../src/schedule/fair-queue.ts";
import { createScheduler, type SchedulerOptions, type Wait } from "../../src/schedule/scheduler.ts";
import { FakeTask } from "./fake-task.ts";

const limits = { capacity: 2, backgroundCapacity: 1, maxTasks: 6 };

interface Scene {
  /** By client: the tasks it waits for. */
  readonly waits?: Readonly<Record<string, readonly FakeTask[]>>;
  /** Clients who have enough to play. */
  readonly patient?: readonly string[];
  readonly background?: readonly (readonly [
    FakeTask,
    Wish["kind"],
    at?: number,
    client?: string,
  ])[];
  readonly due?: readonly ("shared" | "excess")[];
}

function chosen(
  { waits = {}, patient = [], background = [], due = [] }: Scene,
  within = limits,
): string[] {
  const queue = new FairQueue<Waited>();
  for (const [client, tasks] of Object.entries(waits)) {
    const isPatient = (): boolean => patient.includes(client);
    for (const task of tasks)
      queue.add({ client, content: "film" }, { task: () => task, isPatient });
  }
  const wishes = background.map(([task, kind, at = 0, client]): [Task, Wish] => {
    const askers = client === undefined ? [] : [{ client, content: "film" }];
    return [task, { kind, at, askers }];
  });
  const wanted = { waits: queue, background: new Map(wishes), alive: [], due: new Set(due) };
  return [...choose(wanted, within)].map((task) => (task instanceof FakeTask ? task.name : "?"));
}

const many = (name: string): FakeTask[] =>
  Array.from({ length: lightClaims + 1 }, (_, i) => new FakeTask(`${name}${i}`));

describe("what may run", () => {
  const [a, b, c] = [new FakeTask("a"), new FakeTask("b"), new FakeTask("c")];

  test("work that somebody waits for runs alone, and background work yields to its better kind", () => {
    expect(
      chosen({
        waits: { viewer: [a] },
        background: [
          [b, "look-ahead"],
          [c, "fill"],
        ],
      }),
    ).toEqual(["a"]);
    expect(
      chosen({
        background: [
          [b, "fill"],
          [a, "look-ahead"],
        ],
      }),
    ).toEqual(["a"]);
  });

  test("those who wait take turns up to the capacity, one client's by the order in which they came", () => {
    expect(chosen({ waits: { one: [a, b], other: [c] } })).toEqual(["a", "c"]);
    expect(chosen({ waits: { one: [a, b, c] } })).toEqual(["a", "b"]);
  });

  test("of background work the latest viewer's goes first", () => {
    expect(
      chosen({
        background: [
          [a, "look-ahead", 1],
          [b, "look-ahead", 2],
        ],
      }),
    ).toEqual(["b"]);
  });

  test("sound beside pictures fills the capacity, and nothing has none", () => {
    const sounds = Array.from({ length: 9 }, (_, i) => new FakeTask(`s${i}`, 0.25));
    expect(chosen({ waits: { one: [a], other: sounds } })).toEqual(["a", "s0", "s1", "s2"]);
    expect(chosen({ waits: { one: sounds } })).toHaveLength(4);
    expect(chosen({ waits: { one: sounds } }, { ...limits, capacity: 9 })).toHaveLength(4);
  });

  test("a task over all capacity is not starved", () => {
    expect(chosen({ waits: { one: [new FakeTask("huge", 9), a] } })).toEqual(["huge"]);
  });

  test("who asks for much stands behind who asks for little, and is let in when it is due", () => {
    const waits = { hog: many("hog"), viewer: [a] };
    expect(chosen({ waits })).toEqual(["a"]);
    expect(chosen({ waits, due: ["excess"] })).toEqual(["a", "hog0"]);
    expect(chosen({ waits: { hog: many("hog") } })).toEqual(["hog0", "hog1"]);
    const beside = (capacity: number): string[] =>
      chosen({ waits }, { ...limits, capacity, maxTasks: 40 }).filter((name) => name !== "a");
    expect(beside(7)).toEqual([]);
    expect(beside(8)).toEqual(["hog0"]);
    expect(beside(16)).toEqual(["hog0", "hog1"]);
  });

  test("who has enough to play lets others go first, and is served beside them where there is room", () => {
    const waits = { first: [a], second: [b], third: [c] };
    const within = (capacity: number) => ({ ...limits, capacity });
    expect(chosen({ waits }, within(1))).toEqual(["a"]);
    expect(chosen({ waits, patient: ["first"] }, within(1))).toEqual(["b"]);
    expect(chosen({ waits, patient: ["first", "second"] }, within(1))).toEqual(["c"]);
    expect(chosen({ waits, patient: ["first"] }, within(3))).toEqual(["b", "c", "a"]);
    expect(chosen({ waits, patient: ["first", "second", "third"] }, within(1))).toEqual(["a"]);
    // However much he has: before whatever is made for nobody yet.
    expect(
      chosen({ waits: { first: [a] }, patient: ["first"], background: [[b, "look-ahead"]] }),
    ).toEqual(["a"]);
  });

  test("ahead of viewers, who has least before him goes first; then filling, then prewarming", () => {
    const wish = (kind: Wish["kind"], at: number, lead?: number): Wish => ({
      ...{ kind, at, askers: [] },
      ...(lead === undefined ? {} : { lead }),
    });
    const first = (...wishes: (readonly [Task, Wish])[]): Task[] => [
      ...choose(
        { waits: new FairQueue<Waited>(), background: new Map(wishes), alive: [], due: new Set() },
        limits,
      ),
    ];
    expect(first([a, wish("look-ahead", 9, 5)], [b, wish("look-ahead", 1, 2)])).toEqual([b]);
    expect(first([a, wish("look-ahead", 9, 2)], [b, wish("look-ahead", 1, 2)])).toEqual([a]);
    expect(first([a, wish("prewarm", 9)], [b, wish("fill", 1)])).toEqual([b]);
    expect(first([a, wish("prewarm", 9)], [c, wish("look-ahead", 1, 6)])).toEqual([c]);
    expect(first([a, wish("prewarm", 9)])).toEqual([a]);
  });

  test("however light they are, those of who asks for much are as few as heavy ones", () => {
    const sounds = Array.from({ length: 60 }, (_, i) => new FakeTask(`s${i}`, 1 / 8));
    for (const capacity of [1, 2, 4, 8, 16, 32]) {
      const seen = chosen(
        { waits: { hog: sounds, viewer: [a] } },
        { ...limits, capacity, maxTasks: 99 },
      );
      expect(seen).toContain("a");
      expect(seen.length - 1).toBe(Math.floor(capacity / 8));
    }
  });

  test("what is made ahead of a viewer goes beside what one client asks for in excess", () => {
    const waits = { hog: many("hog") };
    const ahead = (client: string): Scene => ({
      waits,
      background: [[b, "look-ahead", 0, client]],
    });
    expect(chosen(ahead("viewer"))).toEqual(["b", "hog0"]);
    expect(chosen(ahead("hog"))).toEqual(["hog0", "hog1"]);
    expect(chosen({ waits, background: [[b, "fill"]] })).toEqual(["hog0", "hog1"]);
  });
});

/** Tasks of one scheduler, as a pipeline would run them. */
function setUp(
  options: Pick<SchedulerOptions, "capacity" | "maxTasks"> & Partial<SchedulerOptions>,
) {
  const clock = { now: 0 };
  const scheduler = createScheduler({
    ...{ backgroundCapacity: 1, maxWaitsPerClient: 100_000, now: () => clock.now },
    ...options,
  });
  const tasks = new Set<FakeTask>();
  /** Clients who have enough to play. */
  const patient = new Set<string>();
  const waits = new Map<FakeTask, Wait[]>();
  const create = (name: string, weight?: number, keeps?: readonly Kept[]): FakeTask => {
    const task = new FakeTask(name, weight, keeps);
    tasks.add(task);
    return task;
  };
  const wait = (client: string, content: string, task: FakeTask): void => {
    const taken = scheduler.wait(
      { client, content },
      { task: () => (tasks.has(task) ? task : undefined), isPatient: () => patient.has(client) },
    );
    if (taken === null) throw new Error("the client may not wait for more");
    task.waiters++;
    waits.set(task, [...(waits.get(task) ?? []), taken]);
  };
  const end = (task: FakeTask, served: boolean): void => {
    for (const each of waits.get(task) ?? []) each.end(served);
    waits.delete(task);
    task.waiters = 0;
    tasks.delete(task);
    scheduler.remove(task);
  };
  // The scheduler looks once a turn of the event loop.
  const settle = (): Promise<void> => setImmediate();
  const alive = (): FakeTask[] => [...tasks].filter((task) => task.isBegun);
  const running = (): FakeTask[] => alive().filter((task) => task.isRunning);
  return { scheduler, clock, tasks, waits, patient, create, wait, end, settle, alive, running };
}

const step = fc.oneof(
  fc.record({
    kind: fc.constant("wait" as const),
    client: fc.constantFrom("a", "b", "c", "hog", "hog", "hog"),
    content: fc.constantFrom("x", "y"),
    weight: fc.constantFrom(0.25, 1),
  }),
  fc.record({
    kind: fc.constant("want" as const),
    wish: fc.constantFrom("look-ahead" as const, "fill" as const),
    weight: fc.constantFrom(0.25, 1),
  }),
  fc.record({ kind: fc.constantFrom("serve" as const, "abort" as const), pick: fc.nat() }),
  fc.record({
    kind: fc.constant("pass" as const),
    milliseconds: fc.integer({ min: 1, max: 4000 }),
  }),
);

test("however clients come and go: few processes, nobody's work before a waiter's, and all are served", async () => {
  const shape = fc.record({
    capacity: fc.integer({ min: 1, max: 4 }),
    extra: fc.integer({ min: 2, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.array(step, { maxLength: 120, size: "max" }),
      async ({ capacity, extra }, steps) => {
        const maxTasks = capacity + extra;
        const rig = setUp({ capacity, maxTasks });
        const check = async (): Promise<void> => {
          await rig.settle();
          expect(rig.alive().length).toBeLessThanOrEqual(maxTasks);
          expect(rig.scheduler.active + rig.scheduler.held).toBe(rig.alive().length);
          const running = rig.running();
          // One more for each share that was due, each of weight 1 at most.
          const weight = running.reduce((sum, task) => sum + task.weight, 0);
          expect(weight).toBeLessThanOrEqual(capacity + 2);
          const someLeave = rig.alive().some((task) => task.isEvicted);
          const someWait = rig.waits.size > 0;
          if (someWait && !someLeave) expect(running.some((task) => task.waiters > 0)).toBe(true);
          for (const task of running) {
            if (task.waiters === 0 && someWait) expect(task.name).toStartWith("look-ahead");
          }
          // A process that was told to end is gone a moment later; all of them were told at once.
          const alive = rig.alive();
          for (const task of alive) {
            if (!task.isEvicted) continue;
            const clients = rig.waits.get(task) ?? [];
            expect(clients.length === 0 || alive.length >= maxTasks).toBe(true);
            rig.end(task, false);
          }
          await rig.settle();
        };
        for (const [i, each] of steps.entries()) {
          if (each.kind === "wait") {
            rig.wait(each.client, each.content, rig.create(`${each.client} ${i}`, each.weight));
          } else if (each.kind === "want") {
            const task = rig.create(`${each.wish} ${i}`, each.weight);
            rig.scheduler.want(task, { kind: each.wish, at: i, askers: [] });
          } else if (each.kind === "pass") {
            rig.clock.now += each.milliseconds;
            rig.scheduler.update();
          } else {
            const from = each.kind === "serve" ? rig.running() : [...rig.tasks];
            const task = from[each.pick % Math.max(1, from.length)];
            if (task) rig.end(task, each.kind === "serve");
          }
          await check();
        }
        for (let rounds = 0; rig.tasks.size > 0; rounds++) {
          expect(rounds, "somebody is never served").toBeLessThanOrEqual(steps.length);
          const [first] = rig.running();
          expect(first, "something is wanted and nothing runs").toBeDefined();
          if (first) rig.end(first, true);
          await check();
        }
        expect([rig.scheduler.active, rig.scheduler.held]).toEqual([0, 0]);
      },
    ),
    { numRuns: 150 },
  );
});

test("a viewer's segments are made at once beside ten thousand waits of another, which are not forgotten", async () => {
  const rig = setUp({ capacity: 2, maxTasks: 6 });
  for (let i = 0; i < 10_000; i++) rig.wait("hog", `film ${i % 300}`, rig.create(`hog ${i}`));
  await rig.settle();
  expect(rig.running()).toHaveLength(2);
  let hogServed = 0;
  for (let round = 0; round < 50; round++) {
    const [picture, sound] = [rig.create("picture"), rig.create("sound", 0.25)];
    rig.wait("viewer", "film 7", picture);
    rig.wait("viewer", "film 7", sound);
    await rig.settle();
    expect([picture.isRunning, sound.isRunning]).toEqual([true, true]);
    const beside = rig.running().filter((task) => task !== picture && task !== sound);
    expect(beside.length).toBeLessThanOrEqual(2);
    rig.clock.now += 1000;
    for (const task of beside) {
      rig.end(task, true);
      hogServed++;
    }
    for (const task of [picture, sound]) rig.end(task, true);
    await rig.settle();
    for (const task of [...rig.tasks]) if (task.isEvicted) rig.end(task, false);
    await rig.settle();
  }
  expect(hogServed).toBeGreaterThanOrEqual(50 / 4 - 1);
});

test("ten thousand waits cost milliseconds, coming, being served and going", async () => {
  const rig = setUp({ capacity: 4, maxTasks: 8 });
  const spentMs: number[] = [];
  const timed = async (change: () => void): Promise<void> => {
    const before = performance.now();
    change();
    await rig.settle();
    spentMs.push(performance.now() - before);
  };
  const began = process.cpuUsage().user;
  for (let i = 0; i < 10_000; i++) {
    const task = rig.create(`task ${i}`);
    await timed(() => rig.wait(`client ${i % 60}`, `film ${i % 300}`, task));
  }
  const tasks = [...rig.tasks];
  for (const [i, task] of tasks.entries()) await timed(() => rig.end(task, i % 3 === 0));
  // 0.3 s here; a look through all of them for each would take minutes.
  expect((process.cpuUsage().user - began) / 1e6).toBeLessThan(3);
  // The very longest are those in which another program had the processor.
  expect(spentMs.toSorted((a, b) => a - b).at(-20)).toBeLessThan(50);
}, 30_000);

test("one client may not wait for more than it may, and others are none the worse", () => {
  const rig = setUp({ capacity: 1, maxTasks: 5, maxWaitsPerClient: 3 });
  const asker = (client: string) => ({ client, content: "film" });
  const nothing = { task: () => undefined, isPatient: () => false };
  const taken = Array.from({ length: 5 }, () => rig.scheduler.wait(asker("hog"), nothing));
  expect(taken.map((wait) => wait !== null)).toEqual([true, true, true, false, false]);
  expect(rig.scheduler.wait(asker("viewer"), nothing)).not.toBeNull();
  taken[0]?.end(false);
  taken[0]?.end(false);
  expect(rig.scheduler.wait(asker("hog"), nothing)).not.toBeNull();
  expect(rig.scheduler.wait(asker("hog"), nothing)).toBeNull();
});

test("while memory is short nothing is held: what does not run ends", async () => {
  let isShort = false;
  const rig = setUp({ capacity: 1, maxTasks: 6, isMemoryShort: () => isShort });
  const tasks = ["a", "b", "c"].map((name) => rig.create(name));
  for (const task of tasks) {
    rig.wait("viewer", "film", task);
    await rig.settle();
    const [wait] = rig.waits.get(task) ?? [];
    wait?.end(true);
    rig.waits.delete(task);
    task.waiters = 0;
    rig.scheduler.want(task, { kind: "look-ahead", at: 1, askers: [] });
    await rig.settle();
  }
  expect(tasks.map(({ isEvicted }) => isEvicted)).toEqual([false, false, false]);
  isShort = true;
  rig.scheduler.update();
  await rig.settle();
  expect(tasks.filter(({ isEvicted }) => isEvicted)).toHaveLength(2);
  expect(tasks.filter(({ isRunning }) => isRunning)).toHaveLength(1);
});

test("of those held the least wanted ends when its place is needed: unwanted, fill, then the earlier viewer's", async () => {
  const rig = setUp({ capacity: 1, maxTasks: 4 });
  const kinds = ["unwanted", "fill", "early", "late"] as const;
  const tasks = kinds.map((name) => rig.create(name));
  for (const task of tasks) {
    // Each is begun in its turn, and then held for the next.
    rig.wait("viewer", "film", task);
    await rig.settle();
    const [wait] = rig.waits.get(task) ?? [];
    rig.waits.delete(task);
    task.waiters = 0;
    wait?.end(true);
  }
  const [, fill, early, late] = tasks;
  if (fill) rig.scheduler.want(fill, { kind: "fill", at: 9, askers: [] });
  if (early) rig.scheduler.want(early, { kind: "look-ahead", at: 1, askers: [] });
  if (late) rig.scheduler.want(late, { kind: "look-ahead", at: 2, askers: [] });
  const ended: string[] = [];
  for (let i = 0; i < 3; i++) {
    const waited = rig.create(`waited ${i}`);
    rig.wait("viewer", "film", waited);
    await rig.settle();
    expect(waited.isBegun, "not before there is a place").toBe(false);
    for (const task of tasks) {
      if (!task.isEvicted || ended.includes(task.name)) continue;
      ended.push(task.name);
      rig.end(task, false);
    }
    await rig.settle();
    expect(waited.isRunning).toBe(true);
    const [wait] = rig.waits.get(waited) ?? [];
    wait?.end(true);
    rig.waits.delete(waited);
    waited.waiters = 1;
  }
  expect(ended).toEqual(["unwanted", "fill", "early"]);
});

test("of a card's sessions no more are taken than there are: what is held ends for who waits, and others go on beside", async () => {
  const session = { name: "card 0", most: 2 };
  const rig = setUp({ capacity: 8, maxTasks: 20 });
  const onCard = (name: string): FakeTask => rig.create(name, 1, [session]);
  const [a, b, c] = [onCard("a"), onCard("b"), onCard("c")];
  const soft = rig.create("soft");
  rig.wait("first", "film", a);
  rig.wait("second", "film", b);
  rig.wait("third", "film", c);
  rig.wait("fourth", "film", soft);
  await rig.settle();
  // The third waits for a session, who needs none does not.
  expect(rig.running()).toEqual([a, b, soft]);
  expect([a, b].map(({ isEvicted }) => isEvicted)).toEqual([false, false]);
  for (const wait of rig.waits.get(a) ?? []) wait.end(true);
  rig.waits.delete(a);
  a.waiters = 0;
  rig.scheduler.want(a, { kind: "look-ahead", at: 1, askers: [] });
  await rig.settle();
  // Held, it would keep its session.
  expect(a.isEvicted).toBe(true);
  rig.end(a, true);
  await rig.settle();
  expect(rig.running()).toEqual([b, c, soft]);
});

test("whatever comes and goes on cards, no card has more tasks alive than sessions, and all who wait are served", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ card: fc.integer({ min: 0, max: 1 }), client: fc.constantFrom("a", "b", "c") }),
        { minLength: 1, maxLength: 24 },
      ),
      fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
      async (asked, picks) => {
        const rig = setUp({ capacity: 3, maxTasks: 9 });
        for (const [i, { card, client }] of asked.entries()) {
          const keeps = [{ name: `card ${card}`, most: card + 1 }];
          rig.wait(client, "film", rig.create(`${i}`, 1, keeps));
        }
        for (const pick of picks) {
          await rig.settle();
          expect([...rig.tasks].filter(({ isEvicted }) => isEvicted)).toEqual([]);
          for (const card of [0, 1]) {
            const alive = rig.alive().filter(({ keeps }) => keeps[0]?.name === `card ${card}`);
            expect(alive.length).toBeLessThanOrEqual(card + 1);
          }
          const running = rig.running();
          // Work is never left lying.
          expect(running.length > 0 || rig.tasks.size === 0).toBe(true);
          const done = running[pick % Math.max(1, running.length)];
          if (done) rig.end(done, true);
        }
        expect(rig.tasks.size).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
