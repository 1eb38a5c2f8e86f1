import { expect, test } from "bun:test";
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { embeddedPackager, type EmbeddedBinary } from "../../src/packager/embedded-binary.ts";
import { unpackPackager } from "../../src/packager/unpack.ts";
import { createTempFolder } from "../support/temp-folder.ts";

async function packager(): Promise<EmbeddedBinary> {
  const binary = await embeddedPackager();
  if (binary === null) throw new Error("Shaka publishes no packager for this machine");
  return binary;
}

test("the unpacked packager runs", async () => {
  await using folder = await createTempFolder("unpack");
  const program = await unpackPackager(await packager(), folder.path);
  expect(isAbsolute(program)).toBe(true);
  const said = Bun.spawnSync([program, "--version"]);
  expect(said.stdout.toString()).toContain("packager version v3.4.2");
});

test("a packager that is there already is not written again", async () => {
  await using folder = await createTempFolder("unpack");
  const first = await unpackPackager(await packager(), folder.path);
  const before = await stat(first);
  const second = await unpackPackager(await packager(), folder.path);
  const after = await stat(second);
  expect(second).toBe(first);
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
});

test("a packager with one changed byte is replaced", async () => {
  await using folder = await createTempFolder("unpack");
  const program = await unpackPackager(await packager(), folder.path);
  const bytes = await Bun.file(program).bytes();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await Bun.write(program, bytes);
  await unpackPackager(await packager(), folder.path);
  const restored = new Bun.CryptoHasher("sha256").update(await Bun.file(program).bytes());
  expect(restored.digest("hex")).toBe((await packager()).sha256);
});

test("several servers unpacking at once leave one program and nothing else", async () => {
  await using folder = await createTempFolder("unpack");
  const binary = await packager();
  const programs = await Promise.all(
    Array.from({ length: 6 }, () => unpackPackager(binary, folder.path)),
  );
  expect(new Set(programs).size).toBe(1);
  expect(await readdir(join(folder.path, binary.sha256))).toEqual([binary.fileName]);
});

test("damaged embedded bytes are an error that names both digests, and nothing is written", async () => {
  await using folder = await createTempFolder("unpack");
  const path = join(folder.path, "damaged");
  await Bun.write(path, "not a packager");
  const damaged = { path, fileName: "packager", sha256: "0".repeat(64) };
  const attempt = unpackPackager(damaged, join(folder.path, "cache"));
  await expect(attempt).rejects.toMatchObject({
    code: "PROGRAM_MISSING",
    message: expect.stringMatching(/expected SHA-256 0{64}, got [0-9a-f]{64}/),
  });
  expect(await readdir(join(folder.path, "cache", damaged.sha256))).toEqual([]);
});

test("a cache folder that cannot be made is PROGRAM_MISSING with its cause", async () => {
  await using folder = await createTempFolder("unpack");
  const file = join(folder.path, "file");
  await Bun.write(file, "");
  const attempt = unpackPackager(await packager(), join(file, "cache"));
  await expect(attempt).rejects.toMatchObject({
    code: "PROGRAM_MISSING",
    cause: { code: "ENOTDIR" },
  });
});
