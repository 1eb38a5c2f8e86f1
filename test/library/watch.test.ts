import { expect, test } from "bun:test";
import { appendFile, mkdir, rm } from "node:fs/promises";
import type { Watch } from "../../src/library/folder-watcher.ts";
import { createSettlingFiles } from "../../src/library/settling-files.ts";
import type { SeenFile } from "../../src/library/walk.ts";
import { openTestLibrary, until } from "./open-test-library.ts";

const quick = { settleMs: 150, rescanMs: 60_000, fallbackRescanMs: 60_000 };

test("files that come, change, move and go are followed while the server runs", async () => {
  await using t = await openTestLibrary({ timing: quick });
  await t.library.start();
  await Bun.sleep(100);
  await t.write("a.mkv", "a");
  await t.write("new folder/deep/b.mkv", "b");
  await t.write("new folder/.hidden/x.mkv", "x");
  await until(async () => Object.keys(await t.files()).length === 2);
  const id = (await t.files())["a.mkv"]?.id ?? "";
  expect(t.changes).toContain(t.row.id);

  await t.move("new folder", "renamed");
  await until(async () => "renamed/deep/b.mkv" in (await t.files()));
  await t.move("a.mkv", "renamed/a.mkv");
  await until(async () => (await t.library.getFile(id)).path === t.path("renamed/a.mkv"));

  const before = (await t.library.getFile(id)).fingerprint;
  await t.write("renamed/a.mkv", "other content");
  await until(async () => (await t.library.getFile(id)).fingerprint !== before);

  await rm(t.path("renamed"), { recursive: true });
  await until(async () =>
    Object.values(await t.files()).every(({ status }) => status === "missing"),
  );
  await t.write("renamed/again.mkv", "other content");
  await until(async () => (await t.library.getFile(id)).status === "ready");
  expect(Object.keys(await t.files())).toHaveLength(2);
  expect(t.scans).toEqual([]);
});

test("a file that is still being copied is left until it keeps its size", async () => {
  await using t = await openTestLibrary({ timing: { ...quick, settleMs: 400 } });
  await t.library.start();
  await Bun.sleep(100);
  for (let i = 0; i < 20; i++) {
    await appendFile(t.path("big.mkv"), "some more of it");
    await Bun.sleep(60);
  }
  expect(t.prober.probed).toEqual([]);
  await until(async () => "big.mkv" in (await t.files()));
  expect(t.prober.probed).toEqual([t.path("big.mkv")]);
  expect((await t.files())["big.mkv"]?.fileSize).toBe(20 * 15);
});

test("settling is told by two looks some time apart, and forgets files that are gone", () => {
  let now = 0;
  const settling = createSettlingFiles(100, () => now);
  const file = (sizeBytes: number): SeenFile => ({
    path: "/l/a",
    sizeBytes,
    mtimeMs: 1,
    obstacle: null,
  });
  const look = (sizeBytes: number | null) => {
    settling.beginPass();
    const isSettled = sizeBytes === null ? null : settling.isSettled(file(sizeBytes));
    return { isSettled, again: settling.endPass(["/l"]) };
  };
  expect(look(1)).toEqual({ isSettled: false, again: ["/l/a"] });
  now = 99;
  expect(look(1)).toEqual({ isSettled: false, again: ["/l/a"] });
  expect(look(2)).toEqual({ isSettled: false, again: ["/l/a"] });
  now = 150;
  expect(look(2)).toEqual({ isSettled: false, again: ["/l/a"] });
  now = 200;
  expect(look(2)).toEqual({ isSettled: true, again: [] });
  expect(look(3)).toEqual({ isSettled: false, again: ["/l/a"] });
  expect(look(null)).toEqual({ isSettled: null, again: [] });
});

test("where the system does not watch, the folder is compared from time to time, and watched when it can be", async () => {
  let attempts = 0;
  const watch: Watch = () => {
    attempts++;
    throw Object.assign(new Error("no space left on device, watch"), { code: "ENOSPC" });
  };
  await using t = await openTestLibrary({ watch, timing: { ...quick, fallbackRescanMs: 100 } });
  await t.library.start();
  await t.write("a.mkv", "a");
  await until(async () => "a.mkv" in (await t.files()));
  expect(attempts).toBeGreaterThan(1);
  expect(t.log.join("\n")).toContain("folder is not watched");
});

test("a watch that fails later is replaced, and closed watches are let go", async () => {
  const open = new Set<number>();
  const listeners: ((error: unknown) => void)[] = [];
  const watch: Watch = () => {
    const n = listeners.length;
    open.add(n);
    return {
      on: (_, listener) => listeners.push(listener),
      close: () => open.delete(n),
    };
  };
  await using t = await openTestLibrary({ watch, timing: { ...quick, fallbackRescanMs: 50 } });
  await t.library.start();
  await until(() => listeners.length === 1);
  listeners[0]?.(new Error("ENOSPC"));
  expect(open.size).toBe(0);
  await until(() => listeners.length === 2);
  expect(open.size).toBe(1);
  await t.library.close();
  expect(open.size).toBe(0);
});

test("a folder that is gone for a while loses no file and is followed again when it is back", async () => {
  // Compared rarely while it is watched: what comes later is found by the new watch.
  const timing = { ...quick, rescanMs: 1500, fallbackRescanMs: 100 };
  await using t = await openTestLibrary({ timing });
  await t.write("a.mkv", "a");
  await t.scan();
  await t.library.start();
  await Bun.sleep(50);
  await rm(t.row.path, { recursive: true });
  await Bun.sleep(400);
  expect((await t.files())["a.mkv"]?.status).toBe("ready");
  await mkdir(t.row.path);
  await t.write("a.mkv", "a");
  await t.write("b.mkv", "b");
  await until(async () => "b.mkv" in (await t.files()));
  expect((await t.files())["a.mkv"]?.status).toBe("ready");
});
