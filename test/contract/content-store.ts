import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import type { ContentStore, StoreFault } from "../../src/store/content-store.ts";

export interface StoreUnderTest {
  readonly store: ContentStore;
  close(): Promise<void>;
}

/** What every ContentStore owes its callers. `open` gives an empty one. */
export function contentStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of a content store`, () => {
    let subject: StoreUnderTest;
    let store: ContentStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.close());

    test("an object comes back as it was put, with its size and digest", async () => {
      await store.create(planHash, plan);
      const record = await store.put(planHash, "v720/1.m4s", bytesOf("one"));
      expect(record).toEqual({ name: "v720/1.m4s", sizeBytes: 3, sha256: hex("one") });
      const object = await store.open(planHash, "v720/1.m4s");
      expect(object?.record).toEqual(record);
      expect(await object?.body().text()).toBe("one");
      expect(await object?.body(1, 2).text()).toBe("n");
      expect(await object?.body(1).text()).toBe("ne");
    });

    test("the plan is kept beside its objects and is one of them", async () => {
      expect(await store.plan(planHash)).toBeNull();
      await store.create(planHash, plan);
      await store.create(planHash, plan);
      expect(await store.plan(planHash)).toBe(plan);
      expect(await (await store.open(planHash, "plan.json"))?.body().text()).toBe(plan);
      expect([...(await store.list(planHash)).keys()]).toEqual(["plan.json"]);
    });

    test("a plan that has another hash is refused", async () => {
      expect(await codeOf(store.create(planHash, `${plan} `))).toBe("INTERNAL");
      expect(await store.plan(planHash)).toBeNull();
    });

    test("nothing is put before the content is created", async () => {
      const put = store.put(planHash, "v720/1.m4s", bytesOf("one"));
      expect(await codeOf(put)).toBe("CONTENT_NOT_FOUND");
      expect((await store.list(planHash)).size).toBe(0);
    });

    test("of fifty puts of one name at once the first wins, and all answer with the winner's record", async () => {
      await store.create(planHash, plan);
      const puts = Array.from({ length: 50 }, (_, i) =>
        store.put(planHash, "v720/1.m4s", bytesOf(`candidate ${i}`)),
      );
      const records = await Promise.all(puts);
      expect(new Set(records.map((record) => record.sha256)).size).toBe(1);
      const text = await (await store.open(planHash, "v720/1.m4s"))?.body().text();
      expect(hex(text ?? "")).toBe(records[0]?.sha256 ?? "");
      const late = await store.put(planHash, "v720/1.m4s", bytesOf("too late"));
      expect(late).toEqual(records[0] ?? late);
    });

    test("what a caller does to its bytes afterwards does not reach the store", async () => {
      await store.create(planHash, plan);
      const bytes = bytesOf("first");
      const put = store.put(planHash, "a1/1.m4s", bytes);
      bytes.fill(0);
      expect((await put).sha256).toBe(hex("first"));
      expect(await (await store.open(planHash, "a1/1.m4s"))?.body().text()).toBe("first");
    });

    test("what `peek` has is what `open` gives, and it has nothing of what is not there", async () => {
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("one"));
      await store.open(planHash, "a1/1.m4s");
      await store.open(planHash, "a1/1.m4s");
      const peeked = store.peek(planHash, "a1/1.m4s");
      if (peeked) expect(await peeked.body().text()).toBe("one");
      expect(store.peek(planHash, "a1/2.m4s")).toBeUndefined();
      expect(store.peek(hex("no plan"), "a1/1.m4s")).toBeUndefined();
      expect(await store.open(planHash, "a1/2.m4s")).toBeNull();
    });

    test.each(wrongNames)("the name %j is no object and no path", async (wrong) => {
      await store.create(planHash, plan);
      expect(await codeOf(store.put(planHash, wrong, bytesOf("x")))).toBe("OBJECT_NOT_FOUND");
      expect(await codeOf(store.discard(planHash, wrong))).toBe("OBJECT_NOT_FOUND");
      expect(await store.open(planHash, wrong)).toBeNull();
      expect(store.peek(planHash, wrong)).toBeUndefined();
    });

    test.each(wrongHashes)("the hash %j is no content and no path", async (wrong) => {
      expect(await codeOf(store.create(wrong, plan))).toBe("OBJECT_NOT_FOUND");
      expect(await codeOf(store.put(wrong, "a1/1.m4s", bytesOf("x")))).toBe("OBJECT_NOT_FOUND");
      expect(await store.open(wrong, "plan.json")).toBeNull();
      expect(await store.plan(wrong)).toBeNull();
      expect((await store.list(wrong)).size).toBe(0);
      expect(await store.delete(wrong)).toBe(false);
      expect(await faults(store.verify(wrong))).toEqual([]);
    });

    test("a deleted content is gone with all its objects and can be made again", async () => {
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("old"));
      expect(await store.delete(planHash)).toBe(true);
      expect(await store.delete(planHash)).toBe(false);
      expect(await store.plan(planHash)).toBeNull();
      expect(await store.open(planHash, "a1/1.m4s")).toBeNull();
      expect(store.peek(planHash, "a1/1.m4s")).toBeUndefined();
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("new"));
      expect(await (await store.open(planHash, "a1/1.m4s"))?.body().text()).toBe("new");
    });

    test("puts, deletes and creates at once end in one of the states they could end in", async () => {
      await store.create(planHash, plan);
      const acts = Array.from({ length: 60 }, async (_, i) => {
        if (i % 20 === 7) await store.delete(planHash);
        else if (i % 20 === 13) await store.create(planHash, plan);
        else await codeOf(store.put(planHash, `v1/${i}.m4s`, bytesOf(`${i}`)));
      });
      await Promise.all(acts);
      for (const [name, record] of await store.list(planHash)) {
        const text = (await (await store.open(planHash, name))?.body().text()) ?? "missing";
        expect(hex(text)).toBe(record.sha256);
      }
      expect(await faults(store.verify())).toEqual([]);
      const { objects, bytes } = await store.stats();
      const listed = [...(await store.list(planHash)).values()];
      expect(objects).toBe(listed.length);
      expect(bytes).toBe(listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    });

    test("a discarded object is gone and can be made again", async () => {
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("bad"));
      await store.discard(planHash, "a1/1.m4s");
      await store.discard(planHash, "a1/1.m4s");
      expect(await store.open(planHash, "a1/1.m4s")).toBeNull();
      expect(store.peek(planHash, "a1/1.m4s")).toBeUndefined();
      await store.put(planHash, "a1/1.m4s", bytesOf("good"));
      expect(await (await store.open(planHash, "a1/1.m4s"))?.body().text()).toBe("good");
    });

    test("whoever asks whether an object is there, or to be told when it goes, hears the truth", async () => {
      const heard: [string, string | null][] = [];
      const stop = store.onDropped((...dropped) => heard.push(dropped));
      expect(store.has(planHash, "a1/1.m4s")).toBeUndefined();
      await store.create(planHash, plan);
      expect(store.has(planHash, "a1/1.m4s")).toBe(false);
      await store.put(planHash, "a1/1.m4s", bytesOf("one"));
      await store.put(planHash, "a1/2.m4s", bytesOf("two"));
      expect(store.has(planHash, "a1/1.m4s")).toBe(true);
      expect(heard).toEqual([]);
      await store.discard(planHash, "a1/1.m4s");
      expect(store.has(planHash, "a1/1.m4s")).toBe(false);
      expect(heard).toEqual([[planHash, "a1/1.m4s"]]);
      await store.delete(planHash);
      expect(store.has(planHash, "a1/2.m4s")).toBeUndefined();
      expect(heard.at(-1)).toEqual([planHash, null]);
      stop();
      await store.create(planHash, plan);
      await store.delete(planHash);
      expect(heard.length).toBe(2);
    });

    test("an object made again with other bytes names the digests it had before", async () => {
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("first"));
      await store.discard(planHash, "a1/1.m4s");
      const again = await store.put(planHash, "a1/1.m4s", bytesOf("first"));
      expect(again.formerSha256).toBeUndefined();
      await store.discard(planHash, "a1/1.m4s");
      const other = await store.put(planHash, "a1/1.m4s", bytesOf("second"));
      expect(other).toMatchObject({ sha256: hex("second"), formerSha256: [hex("first")] });
      expect((await store.list(planHash)).get("a1/1.m4s")).toEqual(other);
    });

    test("stats and contents follow what is put, discarded and deleted", async () => {
      expect(await store.stats()).toMatchObject({ contents: 0, objects: 0, bytes: 0 });
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("12345"));
      await store.put(planHash, "a1/2.m4s", bytesOf("123"));
      const size = plan.length;
      const summary = { hash: planHash, objects: 3, bytes: size + 8 };
      expect(await Array.fromAsync(store.contents())).toEqual([summary]);
      await store.discard(planHash, "a1/2.m4s");
      const stats = await store.stats();
      expect(stats).toMatchObject({ contents: 1, objects: 2, bytes: size + 5 });
      expect(stats.freeBytes).toBeGreaterThan(0);
      await store.delete(planHash);
      expect(await store.stats()).toMatchObject({ contents: 0, objects: 0, bytes: 0 });
    });

    test("a store in which nothing is wrong verifies without a fault", async () => {
      await store.create(planHash, plan);
      await store.put(planHash, "a1/1.m4s", bytesOf("fine"));
      expect(await faults(store.verify())).toEqual([]);
      expect(await faults(store.verify(planHash))).toEqual([]);
      expect(await faults(store.verify(hex("nobody")))).toEqual([]);
    });
  });
}

export const plan = `{"version":1}`;
export const planHash = hex(plan);

const wrongNames = [
  "",
  ".",
  "..",
  "../x",
  "a1/../../x",
  "a1/..",
  "/etc/passwd",
  "a1//1.m4s",
  "a1/",
  "a/b/c",
  "A1/1.m4s",
  "a1\\1.m4s",
  "a1/1.m4s\0",
  "a1/1.m4s\n",
  "a1%2f1.m4s",
  ".hidden",
  "objects.log",
  `${"a".repeat(200)}.m4s`,
  "é.m4s",
];

const wrongHashes = [
  "",
  "..",
  "../../../../../../etc",
  planHash.toUpperCase(),
  planHash.slice(1),
  `${planHash}0`,
  `${planHash}\n`,
  `${planHash.slice(0, 62)}/.`,
];

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function hex(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

export async function faults(found: AsyncIterable<StoreFault>): Promise<StoreFault[]> {
  return await Array.fromAsync(found);
}

/** The code of the ViewraError a promise rejects with; "resolved" when it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "resolved";
  } catch (error) {
    if (error instanceof ViewraError) return error.code;
    throw error;
  }
}
