import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import type { AdoptionJudge } from "../../src/store/content-store.ts";
import { createDiskStore, type DiskStore } from "../../src/store/disk-store.ts";
import { createLayout } from "../../src/store/layout.ts";
import { bytesOf, codeOf, faults, hex, plan, planHash } from "../contract/content-store.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { silentLog } from "./silent-log.ts";

let folder: TempFolder;
let open: DiskStore[];
let pathOf: (name: string) => string;

beforeEach(async () => {
  folder = await createTempFolder("store");
  open = [];
  const layout = createLayout(folder.path);
  pathOf = (name) => layout.object(planHash, name);
});
afterEach(async () => {
  await Promise.all(open.map((store) => store.close()));
  await folder[Symbol.asyncDispose]();
});

function openStore(judge: AdoptionJudge = () => false, memoryBytes?: number): DiskStore {
  const options = { root: folder.path, judge, log: silentLog };
  const store = createDiskStore(memoryBytes === undefined ? options : { ...options, memoryBytes });
  open.push(store);
  return store;
}

async function storeWith(...names: string[]): Promise<DiskStore> {
  const store = openStore();
  await store.create(planHash, plan);
  for (const name of names) await store.put(planHash, name, bytesOf(`bytes of ${name}`));
  return store;
}

async function textOf(store: DiskStore, name: string): Promise<string | undefined> {
  return await (await store.open(planHash, name))?.body().text();
}

describe("after a restart", () => {
  test("everything is there again with the same records, and nothing is hashed to list it", async () => {
    const before = await (await storeWith("manifest.mpd", "v1/1.m4s")).list(planHash);
    // Bytes of the same length: a store that re-hashed would notice, the record does not.
    await writeFile(pathOf("v1/1.m4s"), "BYTES of v1/1.m4s");
    expect(await openStore().list(planHash)).toEqual(before);
  });

  test("what objects took to make is on record, and unknown of those of which nobody said it", async () => {
    const store = await storeWith("manifest.mpd", "v1/1.m4s");
    await store.put(planHash, "v1/2.m4s", bytesOf("two"), 1234.4);
    await store.put(planHash, "v1/3.m4s", bytesOf("three"), 0);
    await appendFile(pathOf("objects.log"), "~ 5 v1/9.m4s\n~ x v1/1.m4s\n~ 7\n");
    for (const records of [await store.list(planHash), await openStore().list(planHash)]) {
      const costs = [...records.values()].map(({ name, costMs }) => [name, costMs]);
      expect(costs).toEqual([
        ["plan.json", undefined],
        ["manifest.mpd", undefined],
        ["v1/1.m4s", undefined],
        ["v1/2.m4s", 1234],
        ["v1/3.m4s", 0],
      ]);
    }
    await store.discard(planHash, "v1/2.m4s");
    await store.put(planHash, "v1/2.m4s", bytesOf("two"));
    expect((await openStore().list(planHash)).get("v1/2.m4s")?.costMs).toBeUndefined();
  });

  test("unfinished files in tmp are swept, those of a living process are not", async () => {
    await mkdir(folder.file("tmp"));
    for (const name of ["999999999-aa-0", `${process.pid}-aa-1`, `${process.ppid}-aa-2`, "odd"]) {
      await writeFile(folder.file(`tmp/${name}`), "half");
    }
    await mkdir(folder.file("tmp/999999999-aa-3/v1"), { recursive: true });
    await openStore().close();
    expect(await readdir(folder.file("tmp"))).toEqual([`${process.ppid}-aa-2`]);
  });

  test("a torn last line of the record is ignored, and the next line is not glued to it", async () => {
    await storeWith("v1/1.m4s");
    await appendFile(pathOf("objects.log"), `${hex("x")} 12 v1/2`);
    const store = openStore();
    expect([...(await store.list(planHash)).keys()]).toEqual(["plan.json", "v1/1.m4s"]);
    await store.put(planHash, "v1/3.m4s", bytesOf("three"));
    const names = [...(await openStore().list(planHash)).keys()];
    expect(names).toEqual(["plan.json", "v1/1.m4s", "v1/3.m4s"]);
  });

  test("lines of the record that are nonsense count as never written", async () => {
    await storeWith("v1/1.m4s");
    const nonsense = `\0\0\0\n${hex("x")} -1 v1/9.m4s\n${hex("x")} 3 ../../../x\n\n`;
    await appendFile(pathOf("objects.log"), nonsense);
    expect([...(await openStore().list(planHash)).keys()]).toEqual(["plan.json", "v1/1.m4s"]);
  });

  test("a discarded object does not come back by its old record", async () => {
    const store = await storeWith("v1/1.m4s");
    await store.discard(planHash, "v1/1.m4s");
    await writeFile(pathOf("v1/1.m4s"), "bytes of v1/1.m4s");
    expect((await openStore().list(planHash)).has("v1/1.m4s")).toBe(false);
  });
});

describe("files that are not on record", () => {
  test("are adopted when the judge finds them right", async () => {
    await storeWith("v1/1.m4s");
    await writeFile(pathOf("v1/2.m4s"), "good");
    const judged: unknown[] = [];
    const store = openStore((planJson, name, bytes) => {
      judged.push([planJson, name, new TextDecoder().decode(bytes)]);
      return true;
    });
    expect(await textOf(store, "v1/2.m4s")).toBe("good");
    expect(judged).toEqual([[plan, "v1/2.m4s", "good"]]);
    // On record now, so the next start asks nobody.
    expect((await openStore().list(planHash)).get("v1/2.m4s")?.sha256).toBe(hex("good"));
  });

  test("are removed when the judge does not, and the name is free", async () => {
    await storeWith("v1/1.m4s");
    await writeFile(pathOf("v1/2.m4s"), "half a segm");
    const store = openStore(() => false);
    expect(await textOf(store, "v1/2.m4s")).toBeUndefined();
    expect(await readdir(pathOf("v1"))).toEqual(["1.m4s"]);
    await store.put(planHash, "v1/2.m4s", bytesOf("whole"));
    expect(await textOf(store, "v1/2.m4s")).toBe("whole");
  });

  test("that another process committed while this one ran win over a later put", async () => {
    const store = openStore(() => true);
    await store.create(planHash, plan);
    await store.list(planHash);
    await mkdir(pathOf("v1"));
    await writeFile(pathOf("v1/1.m4s"), "theirs");
    const record = await store.put(planHash, "v1/1.m4s", bytesOf("ours, later"));
    expect(record.sha256).toBe(hex("theirs"));
    expect(await textOf(store, "v1/1.m4s")).toBe("theirs");
  });
});

describe("damage", () => {
  test("a file cut short or removed is dropped at the next start and can be made again", async () => {
    await storeWith("v1/1.m4s", "v1/2.m4s", "v1/3.m4s");
    await truncate(pathOf("v1/1.m4s"), 4);
    await rm(pathOf("v1/2.m4s"));
    const store = openStore();
    expect([...(await store.list(planHash)).keys()]).toEqual(["plan.json", "v1/3.m4s"]);
    expect(await readdir(pathOf("v1"))).toEqual(["3.m4s"]);
    await store.put(planHash, "v1/1.m4s", bytesOf("again"));
    expect(await textOf(store, "v1/1.m4s")).toBe("again");
  });

  test("a file removed or cut short under a running store is missed when it is opened", async () => {
    await storeWith("v1/1.m4s", "v1/2.m4s");
    const store = openStore();
    await store.list(planHash);
    await rm(pathOf("v1/1.m4s"));
    await truncate(pathOf("v1/2.m4s"), 4);
    expect(await textOf(store, "v1/1.m4s")).toBeUndefined();
    expect(await textOf(store, "v1/2.m4s")).toBeUndefined();
    await store.put(planHash, "v1/1.m4s", bytesOf("again"));
    expect(await textOf(store, "v1/1.m4s")).toBe("again");
  });

  test("changed bytes are never given out: the first read after the start drops them", async () => {
    await storeWith("v1/1.m4s");
    await writeFile(pathOf("v1/1.m4s"), "BYTES of v1/1.m4s");
    const store = openStore();
    expect(await store.open(planHash, "v1/1.m4s")).toBeNull();
    expect(store.peek(planHash, "v1/1.m4s")).toBeUndefined();
  });

  test("an object that cannot be put on record, which was cleared away, is put on a new one", async () => {
    const store = await storeWith("v1/1.m4s");
    await rm(pathOf("objects.log"));
    expect(await codeOf(store.put(planHash, "v1/2.m4s", bytesOf("two")))).toBe("resolved");
    expect(await readdir(folder.file("tmp"))).toEqual([]);
    expect(await (await openStore().open(planHash, "v1/2.m4s"))?.body().text()).toBe("two");
  });

  test("verify names what is tampered with, cut short and missing, and nothing else", async () => {
    const store = await storeWith("v1/1.m4s", "v1/2.m4s", "v1/3.m4s", "v1/4.m4s");
    await writeFile(pathOf("v1/1.m4s"), "BYTES of v1/1.m4s");
    await truncate(pathOf("v1/2.m4s"), 4);
    await rm(pathOf("v1/3.m4s"));
    const expected = [
      { hash: planHash, name: "v1/1.m4s", reason: "digest" },
      { hash: planHash, name: "v1/2.m4s", reason: "size" },
      { hash: planHash, name: "v1/3.m4s", reason: "missing" },
    ] as const;
    expect(await faults(store.verify())).toEqual([...expected]);
    expect(await faults(openStore().verify(planHash))).toEqual([...expected]);
    await store.discard(planHash, "v1/1.m4s");
    await store.put(planHash, "v1/1.m4s", bytesOf("bytes of v1/1.m4s"));
    expect((await faults(store.verify())).map((fault) => fault.name)).toEqual([
      "v1/2.m4s",
      "v1/3.m4s",
    ]);
  });

  test("a content whose plan is wrong is none, until it is created again; its objects stay", async () => {
    await storeWith("v1/1.m4s");
    await writeFile(pathOf("plan.json"), `{"version":2}`);
    await rm(pathOf(".plan.json"));
    const store = openStore();
    expect(await store.plan(planHash)).toBeNull();
    expect(await store.open(planHash, "v1/1.m4s")).toBeNull();
    await store.create(planHash, plan);
    expect(await store.plan(planHash)).toBe(plan);
    expect(await textOf(store, "v1/1.m4s")).toBe("bytes of v1/1.m4s");
    expect(await faults(store.verify())).toEqual([]);
  });

  test("a plan that goes bad under a running store is written anew when it is discarded", async () => {
    const store = await storeWith("v1/1.m4s");
    await writeFile(pathOf("plan.json"), `{"version":2}`);
    expect((await faults(store.verify())).map((fault) => fault.name)).toEqual(["plan.json"]);
    await store.discard(planHash, "plan.json");
    expect(await faults(store.verify())).toEqual([]);
    expect(await readFile(pathOf("plan.json"), "utf8")).toBe(plan);
  });
});

describe("memory", () => {
  test("what was just put is there at once, what is on disk from its first read on", async () => {
    const first = await storeWith("v1/1.m4s");
    expect(await first.peek(planHash, "v1/1.m4s")?.body().text()).toBe("bytes of v1/1.m4s");
    const store = openStore();
    expect(store.peek(planHash, "v1/1.m4s")).toBeUndefined();
    await store.open(planHash, "v1/1.m4s");
    expect(await store.peek(planHash, "v1/1.m4s")?.body(0, 5).text()).toBe("bytes");
  });

  test("is bounded: what nobody reads gives way, what is read stays, large objects never enter", async () => {
    const store = openStore(() => false, 64_000);
    await store.create(planHash, plan);
    const put = (name: string, size: number) => store.put(planHash, name, new Uint8Array(size));
    await put("v1/hot.m4s", 1000);
    await put("v1/large.m4s", 1001);
    for (let i = 0; i < 100; i++) {
      await put(`v1/${i}.m4s`, 1000);
      expect(store.peek(planHash, "v1/hot.m4s")).toBeDefined();
    }
    expect(store.peek(planHash, "v1/large.m4s")).toBeUndefined();
    const kept = Array.from({ length: 100 }, (_, i) => store.peek(planHash, `v1/${i}.m4s`));
    expect(kept.filter((object) => object !== undefined).length).toBeLessThanOrEqual(63);
    for (const name of ["v1/0.m4s", "v1/large.m4s"]) {
      expect((await (await store.open(planHash, name))?.body().bytes())?.length).toBeGreaterThan(1);
    }
  });
});

test("stats count what was stored before the start, once", async () => {
  const first = await storeWith("v1/1.m4s", "v1/2.m4s");
  const before = await first.stats();
  const store = openStore();
  expect(await store.stats()).toMatchObject({ contents: 1, objects: 3, bytes: before.bytes });
  await store.put(planHash, "v1/3.m4s", bytesOf("12345"));
  expect(await store.stats()).toMatchObject({ objects: 4, bytes: before.bytes + 5 });
});

test("a closed store takes nothing more", async () => {
  const store = await storeWith();
  await store.close();
  const put = store.put(planHash, "v1/1.m4s", bytesOf("late"));
  expect(await codeOf(put)).toBe("SHUTTING_DOWN");
  expect((await readdir(pathOf("."))).toSorted()).toEqual([
    ".plan.json",
    "objects.log",
    "plan.json",
  ]);
});
