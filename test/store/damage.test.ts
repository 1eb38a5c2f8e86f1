import { expect, test } from "bun:test";
import {
  appendFile,
  copyFile,
  mkdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { errno, ViewraError } from "../../src/errors/viewra-error.ts";
import { createDiskStore, type DiskStore } from "../../src/store/disk-store.ts";
import { createLayout } from "../../src/store/layout.ts";
import { faults, hex, plan, planHash } from "../contract/content-store.ts";
import { flipBit } from "../support/flip-bit.ts";
import { runTool } from "../support/run-tool.ts";
import { createRandom } from "../support/shuffle.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { silentLog } from "./silent-log.ts";

/*
 * What can happen to a file × when × how large it is × who reads it: nothing but the recorded bytes is ever
 * given out, and what was damaged can be made again at once.
 */
const damages = ["flip", "cut", "grow", "swap", "remove", "flip and set the time back"] as const;
const moments = ["at rest", "before the first read", "after it", "while many read"] as const;
/** Nothing, one byte, what memory takes (1/64 of 1 MiB), and what it does not. */
const sizes = [1, 100, 16_384, 16_385, 3_000_000] as const;

interface Case {
  readonly damage: (typeof damages)[number];
  readonly moment: (typeof moments)[number];
  readonly sizeBytes: number;
  /** A file older than its file system's tick is remembered as checked. */
  readonly isOld: boolean;
}

const cases: readonly Case[] = damages.flatMap((damage) =>
  moments.flatMap((moment) =>
    sizes.flatMap((sizeBytes) =>
      [true, false].map((isOld) => ({ damage, moment, sizeBytes, isOld })),
    ),
  ),
);

test(`whatever happens to a stored file, only what was recorded is given out, and it can be made again: ${cases.length} cases`, async () => {
  await using folder = await createTempFolder("damage");
  const random = createRandom(1);
  const failed: unknown[] = [];
  const waiting = cases.map((each, i) => ({ each, i, position: random(), bit: i % 8 }));
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { each, i, position, bit } = next;
      const at = Math.floor(position * each.sizeBytes);
      await endure(folder.file(String(i)), each, at, bit).catch((cause: unknown) =>
        failed.push({ ...each, cause }),
      );
    }
  };
  await Promise.all(Array.from({ length: 24 }, work));
  expect(failed).toEqual([]);
}, 60_000);

async function endure(
  root: string,
  { damage, moment, sizeBytes, isOld }: Case,
  at: number,
  bit: number,
): Promise<void> {
  const name = "v1/1.m4s";
  const path = createLayout(root).object(planHash, name);
  await using first = disposable(openStore(root));
  await first.store.create(planHash, plan);
  const record = await first.store.put(planHash, name, noise(sizeBytes, 1));
  if (isOld) await age(path);
  const harm = () => inflict(damage, path, at, bit);

  if (moment === "at rest") await harm();
  await using second = disposable(openStore(root));
  const { store } = second;
  const heard: (string | null)[] = [];
  store.onDropped((_, dropped) => heard.push(dropped));
  if (moment === "before the first read") {
    await store.list(planHash);
    await harm();
  }
  if (moment === "after it") {
    expect(await digestOf(store, name)).toBe(record.sha256);
    await harm();
  }
  const reads = Array.from({ length: 8 }, () => digestOf(store, name, moment));
  if (moment === "while many read") {
    // A reader may have had the file removed before the harm is whole: it is damaged all the same.
    await Promise.all([harm().catch(notThere), ...reads]);
  } else {
    // What is in memory already was compared, and is right whatever became of its file.
    const isKept = moment === "after it" && sizeBytes <= 16_384;
    expect(new Set(await Promise.all(reads))).toEqual(
      new Set([isKept ? record.sha256 : undefined]),
    );
  }
  // A verification finds what a memory hides.
  for (const fault of await faults(store.verify(planHash))) {
    await store.discard(planHash, fault.name);
  }
  expect(await digestOf(store, name)).toBeUndefined();
  expect(store.has(planHash, name)).toBe(false);
  expect(heard).toEqual([name]);
  const again = noise(sizeBytes, 2);
  await store.put(planHash, name, again);
  expect(await digestOf(store, name)).toBe(hex(again));
  expect((await store.list(planHash)).get(name)?.formerSha256).toEqual([record.sha256]);
  expect(await faults(store.verify())).toEqual([]);
}

test("a plan is right again after a restart whatever happened to it, from its copy", async () => {
  await using folder = await createTempFolder("damage-plan");
  const paths = createLayout(folder.path).plans(planHash);
  await using first = disposable(openStore(folder.path));
  await first.store.create(planHash, plan);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...damages.filter((damage) => damage !== "swap")),
      fc.constantFrom(...paths),
      fc.boolean(),
      fc.nat(plan.length - 1),
      async (damage, path, isRunning, position) => {
        await using running = disposable(openStore(folder.path));
        if (isRunning) await running.store.plan(planHash);
        await inflict(damage, path, position, 0);
        expect(await running.store.plan(planHash)).toBe(plan);
        expect(await digestOf(running.store, "plan.json")).toBe(planHash);
        for (const fault of await faults(running.store.verify())) {
          await running.store.discard(planHash, fault.name);
        }
        expect(await faults(running.store.verify())).toEqual([]);
        await using next = disposable(openStore(folder.path));
        expect(await next.store.plan(planHash)).toBe(plan);
        for (const each of paths) expect(await Bun.file(each).text()).toBe(plan);
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

test.each(damages)(
  "with its record lost under a running store, an object that has suffered %s is not taken for right, whatever the judge thinks of it",
  async (damage) => {
    for (const isRead of [true, false]) {
      await using folder = await createTempFolder("damage-unrecorded");
      const layout = createLayout(folder.path);
      const options = { root: folder.path, log: silentLog, memoryBytes: 0 };
      const store = createDiskStore({ ...options, judge: () => true });
      await store.create(planHash, plan);
      for (const n of [1, 2]) await store.put(planHash, `v1/${n}.m4s`, noise(1000, n));
      if (isRead) await digestOf(store, "v1/1.m4s");
      await inflict(damage, layout.object(planHash, "v1/1.m4s"), 500, 0);
      await rm(layout.records(planHash));
      // Whoever writes next finds that the record is gone.
      await store.put(planHash, "v1/3.m4s", noise(1000, 3));
      expect(await digestOf(store, "v1/1.m4s")).toBeUndefined();
      expect(await digestOf(store, "v1/2.m4s")).toBe(hex(noise(1000, 2)));
      await store.put(planHash, "v1/1.m4s", noise(1000, 4));
      expect(await digestOf(store, "v1/1.m4s")).toBe(hex(noise(1000, 4)));
      await store.close();
    }
  },
);

test("many who ask for a large object share one comparison, and later ones need none", async () => {
  await using folder = await createTempFolder("damage-shared");
  const path = createLayout(folder.path).object(planHash, "v1/1.m4s");
  await using first = disposable(openStore(folder.path));
  await first.store.create(planHash, plan);
  await first.store.put(planHash, "v1/1.m4s", noise(30_000_000, 1));
  await age(path);
  await using second = disposable(openStore(folder.path));
  const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const open = () => second.store.open(planHash, "v1/1.m4s");
  const together = await cpuOf(() => Promise.all(Array.from({ length: 50 }, open)));
  const later = await cpuOf(() => Promise.all(Array.from({ length: 50 }, open)));
  // Fifty comparisons would be 1.5 GB of SHA-256: the later ones cost next to nothing beside the one.
  expect(later).toBeLessThan(together / 2);
  expect(together).toBeLessThan(1_000_000);
});

function openStore(root: string): DiskStore {
  return createDiskStore({ root, judge: () => false, log: silentLog, memoryBytes: 1024 * 1024 });
}

function disposable(store: DiskStore): { readonly store: DiskStore } & AsyncDisposable {
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

/** The digest of what a reader got; undefined when there was nothing. A wrong one fails here. */
async function digestOf(
  store: DiskStore,
  name: string,
  moment?: (typeof moments)[number],
): Promise<string | undefined> {
  const object = await store.open(planHash, name);
  if (object === null) return undefined;
  try {
    const digest = hex(await object.body().bytes());
    // A file that changes in the very moment between the look and the read cannot be told.
    if (moment !== "while many read") expect(digest).toBe(object.record.sha256);
    return digest;
  } catch (cause) {
    if (moment !== "while many read") throw cause;
    return undefined;
  }
}

function notThere(cause: unknown): void {
  if (errno(cause) !== "ENOENT") throw cause;
}

async function inflict(
  damage: (typeof damages)[number],
  path: string,
  position: number,
  bit: number,
): Promise<void> {
  const { size, atime, mtime } = await stat(path);
  switch (damage) {
    case "cut":
      return await truncate(path, position);
    case "grow":
      return await appendFile(path, "\0");
    case "remove":
      return await rm(path);
    case "swap": {
      // Outside the content, whose loading would sweep it.
      const other = `${path.slice(0, path.indexOf(planHash))}other-${crypto.randomUUID()}`;
      await copyFile(path, other);
      await flipBit(other, size - 1, bit);
      return await rename(other, path);
    }
    case "flip":
      return await flipBit(path, position, bit);
    case "flip and set the time back":
      await flipBit(path, position, bit);
      return await utimes(path, atime, mtime);
  }
}

/** Waits until the file's times are old enough to tell a later change. */
async function age(path: string): Promise<void> {
  const { ctimeMs } = await stat(path);
  await Bun.sleep(Math.max(0, ctimeMs + 2010 - Date.now()));
}

function noise(sizeBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed;
  for (let i = 0; i < sizeBytes; i += 7) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/*
 * What a hand may clear away or put in the way of a content × who comes upon it first: nothing that is wrong
 * is given out, and as soon as the content is created again everything can be stored and read.
 */
const contentFolder = (root: string): string => dirname(createLayout(root).records(planHash));
const clearances: Readonly<Record<string, (root: string) => Promise<unknown>>> = {
  "the record": (root) => rm(createLayout(root).records(planHash)),
  "the record, a folder in its place": async (root) => {
    await rm(createLayout(root).records(planHash));
    await mkdir(createLayout(root).records(planHash));
  },
  "the record, a FIFO in its place": async (root) => {
    await rm(createLayout(root).records(planHash));
    await runTool(["mkfifo", createLayout(root).records(planHash)]);
  },
  "a rendition": (root) => rm(join(contentFolder(root), "v1"), { recursive: true }),
  "a rendition, a file in its place": async (root) => {
    await rm(join(contentFolder(root), "v1"), { recursive: true });
    await appendFile(join(contentFolder(root), "v1"), "no folder");
  },
  "an object, a folder in its place": async (root) => {
    const path = join(contentFolder(root), "v1/1.m4s");
    await rm(path);
    await mkdir(join(path, "something"), { recursive: true });
  },
  "an object, a FIFO in its place": async (root) => {
    await rm(join(contentFolder(root), "v1/1.m4s"));
    await runTool(["mkfifo", join(contentFolder(root), "v1/1.m4s")]);
  },
  "an object, a link in circles in its place": async (root) => {
    await rm(join(contentFolder(root), "v1/1.m4s"));
    await symlink("1.m4s", join(contentFolder(root), "v1/1.m4s"));
  },
  "an object and the record, a folder in the object's place": async (root) => {
    await rm(join(contentFolder(root), "v1/1.m4s"));
    await mkdir(join(contentFolder(root), "v1/1.m4s"));
    await rm(createLayout(root).records(planHash));
  },
  "an object and the record, a FIFO in the object's place": async (root) => {
    await rm(join(contentFolder(root), "v1/1.m4s"));
    await runTool(["mkfifo", join(contentFolder(root), "v1/1.m4s")]);
    await rm(createLayout(root).records(planHash));
  },
  "the plan, a folder in its place": async (root) => {
    await rm(join(contentFolder(root), "plan.json"));
    await mkdir(join(contentFolder(root), "plan.json"));
  },
  "the plan, a FIFO in its place": async (root) => {
    await rm(join(contentFolder(root), "plan.json"));
    await runTool(["mkfifo", join(contentFolder(root), "plan.json")]);
  },
  "the content, a file in its place": async (root) => {
    await rm(contentFolder(root), { recursive: true });
    await appendFile(contentFolder(root), "no folder");
  },
  "the content, a FIFO in its place": async (root) => {
    await rm(contentFolder(root), { recursive: true });
    await runTool(["mkfifo", contentFolder(root)]);
  },
  "the content": (root) => rm(contentFolder(root), { recursive: true }),
  "all contents": (root) => rm(dirname(dirname(contentFolder(root))), { recursive: true }),
};
const finders = [
  ...(["a write", "a read", "a discard", "a start", "a restart", "many"] as const),
  "a verification",
] as const;

test.each(Object.keys(clearances).flatMap((what) => finders.map((finder) => ({ what, finder }))))(
  "$what was cleared away under a running store and $finder finds it: all is well after the next start",
  async ({ what, finder }) => {
    await using folder = await createTempFolder("cleared");
    const root = folder.path;
    const open = (): DiskStore =>
      createDiskStore({ root, judge: () => false, log: silentLog, memoryBytes: 0 });
    let store = open();
    await store.create(planHash, plan);
    const bytes = new TextEncoder().encode("a segment");
    for (const n of [1, 2, 3]) await store.put(planHash, `v1/${n}.m4s`, bytes);
    await clearances[what]?.(root);
    const write = async (n: number): Promise<string> =>
      await store.put(planHash, `v1/${n}.m4s`, bytes).then(
        () => "stored",
        (error: unknown) => (error instanceof ViewraError ? error.code : String(error)),
      );
    const isGone = what.startsWith("the content") || what === "all contents";
    const expected = isGone ? "CONTENT_NOT_FOUND" : "stored";
    if (finder === "a write") expect(await write(4)).toBe(expected);
    if (finder === "a read") await store.open(planHash, "v1/1.m4s");
    if (finder === "a discard") await store.discard(planHash, "v1/1.m4s");
    if (finder === "a verification") await Array.fromAsync(store.verify(planHash));
    if (finder === "many") {
      const all = await Promise.all([4, 5, 6, 7, 8].map(write));
      expect([...new Set(all)]).toEqual([expected]);
    }
    if (finder === "a restart") {
      await store.close();
      store = open();
    }
    await store.create(planHash, plan);
    for (const n of [1, 2, 3, 9]) {
      if ((await store.open(planHash, `v1/${n}.m4s`)) === null)
        expect(await write(n)).toBe("stored");
      const object = await store.open(planHash, `v1/${n}.m4s`);
      expect(await object?.body().text()).toBe("a segment");
    }
    await store.close();
    store = open();
    for (const n of [1, 2, 3, 9]) {
      const object = await store.open(planHash, `v1/${n}.m4s`);
      expect(await object?.body().text()).toBe("a segment");
    }
    await store.close();
  },
);

test("a record that is taken away again and again while many write and drop costs nobody an object", async () => {
  await using folder = await createTempFolder("taken-away");
  const root = folder.file("store");
  const store = createDiskStore({ root, judge: () => true, log: silentLog, memoryBytes: 0 });
  await store.create(planHash, plan);
  const seed = Date.now() % 100_000;
  const random = createRandom(seed);
  const names = Array.from({ length: 20 }, (_, n) => `v1/${n + 1}.m4s`);
  const thefts: Promise<void>[] = [];
  let [stored, due] = [0, 0];
  const takeAway = async (): Promise<void> => {
    await Bun.sleep(random() * 4);
    await rm(createLayout(root).object(planHash, "objects.log"), { force: true });
  };
  const use = async (worker: number): Promise<void> => {
    for (let i = 0; i < 300; i++) {
      const name = names[(i * 7 + worker) % names.length] ?? "";
      if (random() < 0.05) await store.discard(planHash, name);
      await store.put(planHash, name, new TextEncoder().encode(`bytes of ${name}`));
      // By what was stored and not by time: no store outruns a hand that is faster than its disk.
      if (++stored >= due) {
        due = stored + random() * 10;
        thefts.push(takeAway());
      }
      await Bun.sleep(1);
    }
  };
  const workers = await Promise.allSettled([0, 1, 2, 3, 4].map(use));
  await Promise.all(thefts);
  const failed = workers.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  expect(failed, `seed ${seed}`).toEqual([]);
  for (const name of names) {
    const there = await store.open(planHash, name);
    expect(await there?.body().text(), `seed ${seed}`).toBe(`bytes of ${name}`);
  }
  await store.close();
});
