import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createOutputFolder, requireEmptyFolder } from "../../src/cli/output-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

test("nothing is to be seen under its name until all is there, and then everything", async () => {
  await using temp = await createTempFolder("output");
  const path = temp.file("a/b");
  const folder = await createOutputFolder(path);
  await Bun.write(join(folder.workDir, "v240/1.m4s"), "segment");
  await Bun.write(join(folder.workDir, "manifest.mpd"), "manifest");
  expect((await readdir(path)).filter((name) => !name.startsWith("."))).toEqual([]);
  await folder.publish();
  expect((await readdir(path, { recursive: true })).toSorted()).toEqual([
    "manifest.mpd",
    "v240",
    "v240/1.m4s",
  ]);
});

test("manifests come last, so that a folder with one is whole whenever the power goes", async () => {
  await using temp = await createTempFolder("output");
  const folder = await createOutputFolder(temp.file("out"));
  // A folder cannot take the place of a folder with something in it: publishing ends there.
  await Bun.write(join(folder.workDir, "v240/1.m4s"), "segment");
  await Bun.write(join(folder.workDir, "manifest.mpd"), "manifest");
  await Bun.write(join(folder.workDir, "master.m3u8"), "manifest");
  await Bun.write(temp.file("out/v240/somebody's"), "file");
  await expect(folder.publish()).rejects.toThrow();
  expect(await readdir(temp.file("out"))).not.toContain("manifest.mpd");
  expect(await readdir(temp.file("out"))).not.toContain("master.m3u8");
});

test("what is given up leaves the folder as it was found", async () => {
  await using temp = await createTempFolder("output");
  const made = await createOutputFolder(temp.file("a/b/c"));
  await Bun.write(join(made.workDir, "v240/1.m4s"), "segment");
  await made.discard();
  expect(await readdir(temp.path)).toEqual([]);

  await mkdir(temp.file("mine"));
  const found = await createOutputFolder(temp.file("mine/out"));
  await Bun.write(temp.file("mine/out/put in meanwhile"), "");
  await found.discard();
  expect(await readdir(temp.file("mine/out"))).toEqual(["put in meanwhile"]);

  await mkdir(temp.file("empty"));
  await (await createOutputFolder(temp.file("empty"))).discard();
  expect(existsSync(temp.file("empty"))).toBe(true);
});

test("a folder with anything in it is refused, hidden files too", async () => {
  await using temp = await createTempFolder("output");
  await Bun.write(temp.file("out/.hidden"), "");
  await expect(requireEmptyFolder(temp.file("out"))).rejects.toThrow(
    /is not empty; choose a new one/,
  );
  await expect(createOutputFolder(temp.file("out"))).rejects.toThrow(/is not empty/);
  await requireEmptyFolder(temp.file("not there"));
  expect(existsSync(temp.file("not there"))).toBe(false);
});

test("two at once do not share a folder, and one that was killed says what to remove", async () => {
  await using temp = await createTempFolder("output");
  const first = await createOutputFolder(temp.file("out"));
  const refusal = await requireEmptyFolder(temp.file("out")).catch(String);
  expect(refusal).toContain(`remove ${first.workDir}`);
  expect(dirname(first.workDir)).toBe(temp.file("out"));
});

test("a file in the way, at any depth, is named", async () => {
  await using temp = await createTempFolder("output");
  await Bun.write(temp.file("file"), "");
  await symlink(temp.file("loop"), temp.file("loop"));
  for (const path of ["file", "file/out"]) {
    await expect(createOutputFolder(temp.file(path))).rejects.toThrow(/is a file/);
  }
  await expect(createOutputFolder(temp.file("loop"))).rejects.toThrow(/leads back to itself/);
});
