import { expect, test } from "bun:test";
import { open as openFile, readFile } from "node:fs/promises";
import { createScrubPositionFile } from "../../src/content/scrub-position.ts";
import { startScrub, type ScrubOptions } from "../../src/content/scrub.ts";
import { createDiskStore, type DiskStore } from "../../src/store/disk-store.ts";
import { createLayout } from "../../src/store/layout.ts";
import { hex } from "../contract/content-store.ts";
import { silentLog } from "../store/silent-log.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const quick = { bytesPerSecond: 1e9, delayMs: 0, roundMs: 3_600_000, isIdle: () => true };
const plans = Array.from({ length: 5 }, (_, i) => JSON.stringify({ version: 1, i }));
const hashes = plans.map(hex);
const names = Array.from({ length: 10 }, (_, i) => `v1/${i + 1}.m4s`);

test("the round through the store finds what rots, has it dropped, and says so", async () => {
  await using rig = await createRig();
  const [hash = ""] = hashes;
  await rig.store.open(hash, "v1/3.m4s");
  await flipBit(createLayout(rig.folder.path).object(hash, "v1/3.m4s"));
  await rig.round(quick);
  expect(rig.store.has(hash, "v1/3.m4s")).toBe(false);
  expect(rig.dropped).toEqual(["v1/3.m4s"]);
});

test("a round that is cut off goes on where it was, however often, and looks at everything once", async () => {
  await using rig = await createRig();
  const perObject = 1000;
  for (let round = 0; round < 60 && !(await rig.isDone()); round++) {
    const scrub = rig.start({ ...quick, bytesPerSecond: (perObject * 1000) / 5 });
    await Bun.sleep(60);
    await scrub.close();
  }
  expect(await rig.isDone()).toBe(true);
  const all = hashes.flatMap((hash) => ["plan.json", ...names].map((name) => `${hash}/${name}`));
  expect([...new Set(rig.looked)].toSorted()).toEqual(all.toSorted());
  // One object is looked at again after each interruption, no more.
  expect(rig.looked.length).toBeLessThan(all.length * 2);
});

test("nothing is read while the machine is busy, and not faster than allowed when it is not", async () => {
  await using rig = await createRig();
  let isIdle = false;
  const scrub = rig.start({ ...quick, bytesPerSecond: 20_000, isIdle: () => isIdle });
  await Bun.sleep(300);
  expect(rig.looked).toEqual([]);
  isIdle = true;
  const startedAt = performance.now();
  await Bun.sleep(2000);
  await scrub.close();
  const seconds = (performance.now() - startedAt) / 1000;
  expect(rig.looked.length).toBeGreaterThan(3);
  // 1000 bytes each.
  expect(rig.looked.length * 1000).toBeLessThan(20_000 * (seconds + 0.5));
});

test("a round that is done is not begun again before its time, and a bad position begins anew", async () => {
  await using rig = await createRig();
  await rig.round(quick);
  const count = rig.looked.length;
  const scrub = rig.start(quick);
  await Bun.sleep(100);
  await scrub.close();
  expect(rig.looked.length).toBe(count);
  await Bun.write(rig.folder.file("scrub.json"), "{ torn");
  await rig.round(quick);
  expect(rig.looked.length).toBe(count * 2);
});

async function createRig() {
  const folder = await createTempFolder("scrub");
  const store = createDiskStore({ root: folder.path, judge: () => false, log: silentLog });
  for (const [i, hash] of hashes.entries()) {
    await store.create(hash, plans[i] ?? "");
    for (const name of names) await store.put(hash, name, new Uint8Array(1000).fill(i));
  }
  const looked: string[] = [];
  const dropped: (string | null)[] = [];
  store.onDropped((_, name) => dropped.push(name));
  const observed = observe(store, looked);
  const position = createScrubPositionFile(folder.file("scrub.json"));
  const start = (options: typeof quick) =>
    startScrub({ store: observed, position, log: silentLog, ...options });
  const isDone = async (): Promise<boolean> => (await position.read())?.next === null;
  return {
    folder,
    store,
    looked,
    dropped,
    start,
    isDone,
    /** A whole round. */
    round: async (options: typeof quick) => {
      const before = await readFile(folder.file("scrub.json"), "utf8").catch(() => "");
      const scrub = start(options);
      for (let i = 0; i < 500; i++) {
        await Bun.sleep(10);
        const now = await readFile(folder.file("scrub.json"), "utf8").catch(() => "");
        if (now !== before && (await isDone())) break;
      }
      await scrub.close();
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The store, and what is really read of it. */
function observe(store: DiskStore, looked: string[]): ScrubOptions["store"] {
  return {
    contents: () => store.contents(),
    discard: (hash, name) => store.discard(hash, name),
    verify: (hash, before) =>
      store.verify(hash, async (record) => {
        const isLookedAt = (await before?.(record)) ?? true;
        if (isLookedAt) looked.push(`${hash}/${record.name}`);
        return isLookedAt;
      }),
  };
}

async function flipBit(path: string): Promise<void> {
  const file = await openFile(path, "r+");
  await file.write(new Uint8Array([255]), 0, 1, 500);
  await file.close();
}
