import { expect, test } from "bun:test";
import { join } from "node:path";
import { takeDataFolder } from "../../src/app/data-folder.ts";
import { tryTool } from "../support/run-tool.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const source = join(import.meta.dir, "../../src/app/data-folder.ts");

/** Takes the folder in a process of its own; prints the error's code, or `taken`, and does as told then. */
function takeElsewhere(folder: string, then = ""): string[] {
  const script = `
    const { takeDataFolder } = await import(${JSON.stringify(source)});
    try { await takeDataFolder(${JSON.stringify(folder)}); console.log("taken"); }
    catch (error) { console.log(error.code, error.message); }
    ${then}`;
  return [process.execPath, "-e", script];
}

async function said(command: readonly string[]): Promise<string> {
  return new TextDecoder().decode((await tryTool(command)).stdout).trim();
}

test("a data folder is one server's, until that one lets go of it", async () => {
  await using temp = await createTempFolder("data");
  const folder = temp.file("deep/data");
  const mine = await takeDataFolder(folder);
  expect(await said(takeElsewhere(folder))).toMatch(/^ALREADY_RUNNING .*--data-dir/);
  mine.release();
  mine.release();
  expect(await said(takeElsewhere(folder))).toBe("taken");
});

test("a server that was killed holds nothing", async () => {
  await using temp = await createTempFolder("data");
  const killed = await tryTool(takeElsewhere(temp.path, 'process.kill(process.pid, "SIGKILL");'));
  expect(new TextDecoder().decode(killed.stdout)).toContain("taken");
  expect(killed.exitCode).not.toBe(0);
  (await takeDataFolder(temp.path)).release();
});

test("a folder that cannot be made is told with the reason", async () => {
  await using temp = await createTempFolder("data");
  await Bun.write(temp.file("file"), "");
  for (const path of ["file", "file/data"]) {
    await expect(takeDataFolder(temp.file(path))).rejects.toMatchObject({
      code: "FOLDER_UNUSABLE",
      message: expect.stringContaining("file"),
    });
  }
});
