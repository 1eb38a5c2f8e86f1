import { expect, test } from "bun:test";
import { mkdir, readdir, utimes } from "node:fs/promises";
import { removeLeftovers, temporaryPath } from "../../src/store/temporary-file.ts";
import { createTempFolder } from "../support/temp-folder.ts";

test("what killed processes left is removed, and nothing that is none of theirs or in use", async () => {
  await using temp = await createTempFolder("leftovers");
  const ended = Bun.spawn(["true"]);
  await ended.exited;
  const living = Bun.spawn(["sleep", "30"]);
  const uuid = crypto.randomUUID();
  const [left, kept] = [
    [`a.2.mks.${ended.pid}.${uuid}.tmp`, `own.${process.pid}.${uuid}.tmp`],
    [`b.2.mks.${living.pid}.${uuid}.tmp`, `c.1.mks.${uuid}.tmp`, "a.2.mks", "notes.tmp", "1.tmp"],
  ];
  const old = [`d.1.mks.${uuid}.tmp`, `${uuid}.tmp`, `e.${living.pid}.${uuid}.tmp`];
  const oldOfOthers = ["old.tmp", `old.${uuid}.mks`];
  try {
    for (const name of [...left, ...kept, ...old, ...oldOfOthers])
      await Bun.write(temp.file(name), "x");
    await mkdir(temp.file(`folder.${uuid}.tmp`));
    const longAgo = Date.now() / 1000 - 2 * 24 * 3600;
    for (const name of [...old, ...oldOfOthers, `folder.${uuid}.tmp`])
      await utimes(temp.file(name), longAgo, longAgo);
    await removeLeftovers(temp.path);
    expect((await readdir(temp.path)).toSorted()).toEqual(
      [...kept, ...oldOfOthers, `folder.${uuid}.tmp`].toSorted(),
    );
  } finally {
    living.kill();
    await living.exited;
  }
  const mine = temporaryPath(temp.file("f.jpg"));
  expect(temporaryPath(temp.file("f.jpg"))).not.toBe(mine);
  await Bun.write(mine, "x");
  await removeLeftovers(temp.path);
  expect(await Bun.file(mine).exists()).toBe(false);
  await removeLeftovers(temp.file("nowhere"));
});
