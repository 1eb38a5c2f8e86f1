import { describe, expect, test } from "bun:test";
import { choose, createScheduler, type Priority, type Task } from "../../src/schedule/scheduler.ts";

interface TestTask extends Task {
  readonly name: string;
  wanted: Priority | null;
  isRunning: boolean;
}

function task(name: string, wanted: Priority | null, { weight = 1, at = 0 } = {}): TestTask {
  const self: TestTask = {
    name,
    wanted,
    weight,
    isRunning: false,
    priority: () => self.wanted,
    wantedAt: () => at,
    hold: () => (self.isRunning = false),
    release: () => (self.isRunning = true),
  };
  return self;
}

const limits = { capacity: 2, backgroundCapacity: 1 };
const chosen = (...tasks: TestTask[]): string =>
  tasks
    .filter((one) => choose(tasks, limits).has(one))
    .map((one) => one.name)
    .join(" ");

describe("what may run", () => {
  test("work that somebody waits for runs alone", () => {
    expect(
      chosen(task("ahead", "look-ahead"), task("waited", "waited-for"), task("fill", "fill")),
    ).toBe("waited");
  });
  test("background work yields to its better kind", () => {
    expect(chosen(task("fill", "fill"), task("ahead", "look-ahead"))).toBe("ahead");
    expect(chosen(task("prewarm", "prewarm"), task("fill", "fill"))).toBe("fill");
  });
  test("those who wait are served first come, first served, up to the capacity", () => {
    expect(
      chosen(
        task("c", "waited-for", { at: 3 }),
        task("a", "waited-for", { at: 1 }),
        task("b", "waited-for", { at: 2 }),
      ),
    ).toBe("a b");
  });
  test("of background work the latest viewer's goes first", () => {
    expect(chosen(task("old", "look-ahead", { at: 1 }), task("new", "look-ahead", { at: 2 }))).toBe(
      "new",
    );
  });
  test("light work takes no capacity", () => {
    expect(
      chosen(
        task("a", "waited-for", { at: 1 }),
        task("b", "waited-for", { at: 2 }),
        task("sound", "waited-for", { weight: 0, at: 3 }),
      ),
    ).toBe("a b sound");
  });
  test("what nobody wants does not run, and a task over all capacity is not starved", () => {
    expect(chosen(task("none", null))).toBe("");
    expect(chosen(task("huge", "waited-for", { weight: 9 }))).toBe("huge");
  });
});

describe("the scheduler", () => {
  test("holds the rest while somebody waits and lets it go on afterwards", async () => {
    const scheduler = createScheduler(limits);
    const [fill, waited] = [task("fill", "fill"), task("waited", "waited-for")];
    scheduler.add(fill);
    expect(fill.isRunning).toBe(true);
    scheduler.add(waited);
    expect([fill.isRunning, waited.isRunning]).toEqual([false, true]);
    expect([scheduler.active, scheduler.held]).toEqual([1, 1]);
    waited.wanted = null;
    scheduler.update();
    await Promise.resolve();
    expect([fill.isRunning, waited.isRunning]).toEqual([true, false]);
    scheduler.remove(waited);
    scheduler.remove(fill);
    expect([scheduler.active, scheduler.held]).toEqual([0, 0]);
  });
});
