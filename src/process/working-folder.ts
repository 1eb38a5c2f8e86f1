import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";

/**
 * A new, empty folder within `parent`. Who clears caches may take `parent` away under a running server;
 * then it is made again.
 */
export async function makeWorkingFolder(parent: string, prefix: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  return await mkdtemp(join(parent, prefix));
}
