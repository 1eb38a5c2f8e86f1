import { expect, test } from "bun:test";
import { createRecent } from "../../src/playback/recent.ts";
import { createFakeClock } from "./fake-clock.ts";

function rig(limit = 10) {
  const clock = createFakeClock();
  const recent = createRecent<string>(clock, 1000, limit);
  let made = 0;
  const get = (key: string) => recent.get(key, async () => `${key}${++made}`);
  return { clock, recent, get };
}

test("an answer is believed for its time and no longer", async () => {
  const { clock, get } = rig();
  expect([await get("a"), await get("a"), await get("b")]).toEqual(["a1", "a1", "b2"]);
  await clock.pass(999);
  expect(await get("a")).toBe("a1");
  await clock.pass(1);
  expect(await get("a")).toBe("a3");
});

test("those who ask at once share one answer, however long it takes to come", async () => {
  const { clock, recent } = rig();
  const slow = Promise.withResolvers<string>();
  const first = recent.get("a", () => slow.promise);
  await clock.pass(5000);
  const second = recent.get("a", () => Promise.reject(new Error("made twice")));
  slow.resolve("once");
  expect([await first, await second]).toEqual(["once", "once"]);
});

test("a failure is never kept", async () => {
  const { recent, get } = rig();
  await expect(recent.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await get("a")).toBe("a1");
});

test("what is forgotten is made anew, and no more than the limit is kept", async () => {
  const { recent, get } = rig(2);
  await get("a");
  await get("b");
  recent.forget((value) => value === "a1");
  expect(await get("a")).toBe("a3");
  expect(await get("c")).toBe("c4");
  expect(await get("b")).toBe("b5");
});
