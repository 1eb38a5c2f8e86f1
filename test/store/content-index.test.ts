import { expect, test } from "bun:test";
import { createContentIndex, type ContentIndex } from "../../src/store/content-index.ts";
import { DiskObject } from "../../src/store/disk-object.ts";
import type { LoadedContent } from "../../src/store/loaded-content.ts";

interface IndexUnderTest {
  readonly index: ContentIndex;
  readonly loads: string[];
  readonly unloads: string[];
}

/** An index whose contents have ten objects each. */
function createIndex(maxObjects: number): IndexUnderTest {
  const loads: string[] = [];
  const unloads: string[] = [];
  const index = createContentIndex({
    maxObjects,
    load: async (hash) => {
      loads.push(hash);
      await Bun.sleep(1);
      return hash === "none" ? null : contentOf(hash);
    },
    onUnload: (content) => unloads.push(content.hash),
  });
  return { index, loads, unloads };
}

function contentOf(hash: string): LoadedContent {
  const objects = Array.from({ length: 10 }, (_, i) => {
    const name = `v1/${i}.m4s`;
    return [name, new DiskObject({ name, sizeBytes: 1, sha256: "" }, "/nowhere")] as const;
  });
  return {
    hash,
    folder: "/nowhere",
    planJson: "{}",
    objects: new Map(objects),
    records: { append: () => Promise.resolve() },
    former: new Map(),
    working: new Map(),
    isRetired: false,
    isRecentlyUsed: false,
  };
}

test("many who ask at once share one load, and a content that does not exist is asked for again", async () => {
  const { index, loads } = createIndex(1000);
  await Promise.all(Array.from({ length: 20 }, () => index.load("a")));
  await index.load("a");
  await index.load("none");
  await index.load("none");
  expect(loads).toEqual(["a", "none", "none"]);
});

test("the index is bounded in objects, and what is used stays", async () => {
  const { index, loads } = createIndex(35);
  for (const hash of ["used", "b", "c", "d", "e", "f"]) {
    await index.load(hash);
    await index.load("used");
  }
  expect(loads.filter((hash) => hash === "used")).toHaveLength(1);
  const loaded = ["used", "b", "c", "d", "e", "f"].filter((hash) => index.peek(hash));
  expect(loaded).toHaveLength(3);
  expect(loaded).toContain("f");
});

test("a content that is being written to is not unloaded", async () => {
  const { index } = createIndex(15);
  const busy = await index.load("busy");
  busy?.working.set("v1/1.m4s", Promise.resolve());
  for (const hash of ["b", "c", "d"]) await index.load(hash);
  expect(index.peek("busy")).toBe(busy ?? undefined);
  busy?.working.clear();
  await index.load("e");
  await index.load("f");
  expect(index.peek("busy")).toBeUndefined();
});

test("exclusive work waits for commits under way, and loads wait for it", async () => {
  const { index, unloads } = createIndex(1000);
  const steps: string[] = [];
  const content = await index.load("a");
  const commit = Bun.sleep(20).then(() => void steps.push("committed"));
  content?.working.set("v1/1.m4s", commit);
  const work = index.exclusively("a", async () => {
    steps.push("work begins");
    await Bun.sleep(20);
    steps.push("work ends");
  });
  const second = index.exclusively("a", async () => void steps.push("second work"));
  const load = index.load("a").then(() => steps.push("loaded"));
  await Promise.all([work, second, load]);
  expect(steps).toEqual(["committed", "work begins", "work ends", "second work", "loaded"]);
  expect(content?.isRetired).toBe(true);
  expect(unloads).toEqual(["a"]);
});

test("exclusive work that fails lets the next in", async () => {
  const { index } = createIndex(1000);
  const failed = index.exclusively("a", () => Promise.reject(new Error("no")));
  await expect(failed).rejects.toThrow("no");
  expect((await index.load("a"))?.hash).toBe("a");
});
