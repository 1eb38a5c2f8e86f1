import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** An empty folder named after this process, so that another can tell when it is left over. */
export function makeWorkFolder(cacheDir: string): Promise<string> {
  return mkdtemp(join(cacheDir, `work-${process.pid}-`));
}

/** Removes the working folders of runs that were killed; those of processes that live are theirs. */
export async function sweepWorkFolders(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = /^work-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}
