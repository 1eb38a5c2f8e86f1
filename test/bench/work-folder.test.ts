import { expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeWorkFolder, sweepWorkFolders } from "../../scripts/bench/work-folder.ts";
import { createTempFolder } from "../support/temp-folder.ts";

test("folders of a run that was killed go, those of a run that lives stay, and so do the films", async () => {
  await using folder = await createTempFolder("bench");
  const ended = Bun.spawn(["true"]);
  await ended.exited;
  await mkdir(join(folder.path, `work-${ended.pid}-abcdef/data`), { recursive: true });
  await mkdir(join(folder.path, "films-1234"));
  const own = await makeWorkFolder(folder.path);
  await sweepWorkFolders(folder.path);
  expect((await readdir(folder.path)).map((name) => join(folder.path, name)).toSorted()).toEqual(
    [join(folder.path, "films-1234"), own].toSorted(),
  );
});
