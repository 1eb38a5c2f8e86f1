import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isProcessAlive } from "../store/living-process.ts";
import { unusableFolder } from "./unusable-folder.ts";

/**
 * Makes this process's own empty folder for working files, and removes those of processes that were
 * killed: they may hold gigabytes. Throws FOLDER_UNUSABLE.
 */
export async function createWorkFolder(cacheDir: string): Promise<string> {
  const parent = join(cacheDir, "work");
  const folder = join(parent, String(process.pid));
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(parent)) {
      if (!isProcessAlive(Number(name)))
        await rm(join(parent, name), { recursive: true, force: true });
    }
    return folder;
  } catch (cause) {
    throw unusableFolder("cache folder", cacheDir, cause);
  }
}

/** Removes the folder although others may be clearing up in it; Bun's `rm` then leaves it without a word. */
export async function removeWorkFolder(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 10 && existsSync(folder); attempt++) {
    await rm(folder, { recursive: true, force: true });
    await Bun.sleep(attempt * 10);
  }
}
