import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { createWorkFolder, removeWorkFolder } from "../../src/app/work-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

test("what a killed process left is removed, what a living one uses stays", async () => {
  await using temp = await createTempFolder("work");
  const ended = Bun.spawn(["true"]);
  await ended.exited;
  const living = Bun.spawn(["sleep", "30"]);
  try {
    await Bun.write(temp.file(`work/${ended.pid}/run-x/v240.1.mp4`), "left");
    await Bun.write(temp.file(`work/${living.pid}/run-y/v240.1.mp4`), "in use");
    await Bun.write(temp.file(`work/${process.pid}/run-z/v240.1.mp4`), "of an earlier life");
    const folder = await createWorkFolder(temp.path);
    expect(folder).toBe(temp.file(`work/${process.pid}`));
    expect(await readdir(folder)).toEqual([]);
    expect((await readdir(temp.file("work"))).toSorted()).toEqual(
      [String(living.pid), String(process.pid)].toSorted(),
    );
    expect(existsSync(temp.file(`work/${living.pid}/run-y/v240.1.mp4`))).toBe(true);
  } finally {
    living.kill();
    await living.exited;
  }
});

test("a folder in which others are still clearing up is removed all the same", async () => {
  await using temp = await createTempFolder("work");
  const folder = temp.file("work");
  const names = Array.from({ length: 40 }, (_, i) => `${folder}/run-${i}`);
  await Promise.all(names.map((name) => Bun.write(`${name}/v240.1.mp4`, "x")));
  const others = names.map((name) => rm(name, { recursive: true, force: true }));
  await removeWorkFolder(folder);
  await Promise.all(others);
  expect(existsSync(folder)).toBe(false);
});

test("a cache folder that is a file is told", async () => {
  await using temp = await createTempFolder("work");
  await Bun.write(temp.file("cache"), "");
  await expect(createWorkFolder(temp.file("cache"))).rejects.toMatchObject({
    code: "FOLDER_UNUSABLE",
  });
});
