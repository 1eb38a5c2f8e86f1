import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, open, truncate } from "node:fs/promises";
import { fingerprintFile, sampledBlocks } from "../../src/probe/fingerprint.ts";
import { fifo } from "../fixtures/hostile-media.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;

beforeAll(async () => {
  folder = await createTempFolder("fingerprint");
});
afterAll(() => folder[Symbol.asyncDispose]());

const mebibyte = 1024 * 1024;

test("a fingerprint is the size and SHA-256 of a small file", async () => {
  await Bun.write(folder.file("abc"), "abc");
  expect(await fingerprintFile(folder.file("abc"))).toBe(
    "sha256-sampled:3:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("samples cover the first and the last byte, never overlap and never exceed 1 MiB", () => {
  for (const size of [0, 1, 65_536, mebibyte, mebibyte + 1, 2 * mebibyte, 5e9, 1e15]) {
    const blocks = sampledBlocks(size);
    expect(blocks.reduce((sum, block) => sum + block.length, 0)).toBe(Math.min(size, mebibyte));
    let end = 0;
    for (const { position, length } of blocks) {
      expect(position).toBeGreaterThanOrEqual(end);
      end = position + length;
    }
    expect(blocks[0]?.position ?? 0).toBe(0);
    expect(end).toBe(size);
  }
});

test("a hundred gibibytes take no longer than what is sampled of them", async () => {
  const path = folder.file("huge");
  await Bun.write(path, "x");
  await truncate(path, 100 * 1024 ** 3);
  const startedAt = performance.now();
  const before = await fingerprintFile(path);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  const file = await open(path, "r+");
  await file.write("changed", 100 * 1024 ** 3 - 7);
  await file.close();
  expect(await fingerprintFile(path)).not.toBe(before);
});

test("files of the same samples and another size differ", async () => {
  for (const [name, size] of [
    ["a", 3 * mebibyte],
    ["b", 3 * mebibyte + 1],
  ] as const) {
    await Bun.write(folder.file(name), "");
    await truncate(folder.file(name), size);
  }
  expect(await fingerprintFile(folder.file("a"))).not.toBe(await fingerprintFile(folder.file("b")));
});

test("missing files, folders and pipes are typed errors, without waiting", async () => {
  await mkdir(folder.file("folder"));
  await fifo(folder.file("fifo"));
  await expect(fingerprintFile(folder.file("nowhere"))).rejects.toMatchObject({
    code: "MEDIA_MISSING",
  });
  for (const name of ["folder", "fifo"]) {
    await expect(fingerprintFile(folder.file(name))).rejects.toMatchObject({
      code: "MEDIA_UNREADABLE",
    });
  }
});
