import { mkdir } from "node:fs/promises";
import { runTool, tryTool } from "./run-tool.ts";

/** A small file system of its own in memory; disposing unmounts it. */
export interface Mount extends AsyncDisposable {
  readonly path: string;
}

/** Mounts a tmpfs of this size (`64m`) at a new folder; null, with the reason printed, where that is not permitted. */
export async function mountTmpfs(path: string, size: string): Promise<Mount | null> {
  await mkdir(path, { recursive: true });
  const mounted = await tryTool(["mount", "-t", "tmpfs", "-o", `size=${size}`, "none", path]);
  if (mounted.exitCode !== 0) {
    process.stderr.write(`not tested: no tmpfs may be mounted here: ${mounted.stderr.trim()}\n`);
    return null;
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await runTool(["umount", "-l", path]);
    },
  };
}

/** Takes all room of the file system that the file is on. */
export async function fillDisk(path: string): Promise<void> {
  const filled = await tryTool(["dd", "if=/dev/zero", `of=${path}`, "bs=64k"]);
  if (!filled.stderr.includes("No space left on device")) throw new Error(filled.stderr);
}
