import { expect, test } from "bun:test";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "../support/temp-folder.ts";

const nobody = 65534;
const sweeper = join(import.meta.dir, "../fixtures/sweep-process.ts");

test("another user's living process keeps its unfinished files: that it may not be signalled says it lives", async () => {
  await using folder = await createTempFolder("sweep");
  const path = folder.file("tmp");
  await mkdir(path);
  await chmod(folder.path, 0o777);
  await chmod(path, 0o777);
  // Process 1 is root's; the sweeper is not.
  for (const name of ["1-aa-0", "999999999-aa-0"]) await writeFile(join(path, name), "half");
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : [];
  const child = Bun.spawn([...as, process.execPath, sweeper, path], { stdout: "pipe" });
  expect(await new Response(child.stdout).text()).toBe("1");
  expect(await readdir(path)).toEqual(["1-aa-0"]);
});
