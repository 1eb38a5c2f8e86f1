import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isProcessAlive } from "./living-process.ts";

/** Where a file is written before it is renamed to what it is to be: beside it, and told apart from all others. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}.${crypto.randomUUID()}.tmp`;
}

/** Whoever reads the file has the old text or the new one, and nothing is left beside it. Not durable: for what can be found out anew. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Earlier versions said no process. */
const temporaryName = /(?:^|\.)(?:(\d{1,10})\.)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Nothing is written for so long. */
const oldMs = 24 * 60 * 60_000;

/**
 * Removes what processes that were killed have left of `temporaryPath` in a folder; to be called before this one
 * writes there. Of what says no process, or one that runs (another may have its number by now), only what is old. A
 * folder that is not there, and what cannot be removed, is left.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = temporaryName.exec(name);
    if (found === null) continue;
    const path = join(folder, name);
    const isLeft =
      found[1] !== undefined &&
      (Number(found[1]) === process.pid || !isProcessAlive(Number(found[1])));
    if (isLeft || (await isOld(path)))
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.isFile() && Date.now() - found.mtimeMs > oldMs;
}
