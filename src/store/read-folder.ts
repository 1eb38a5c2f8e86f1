import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { errno } from "../errors/viewra-error.ts";
import { isObjectName } from "./layout.ts";

/** Sizes in bytes of the regular files of a content folder, by object name. Names no object can have are left out. */
export async function readFolder(folder: string): Promise<Map<string, number>> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) names.push(entry.name);
    if (!entry.isDirectory()) continue;
    const inner = await readdir(join(folder, entry.name), { withFileTypes: true });
    for (const file of inner) if (file.isFile()) names.push(`${entry.name}/${file.name}`);
  }
  const sizes = new Map<string, number>();
  const objects = names.filter(isObjectName);
  for (let i = 0; i < objects.length; i += atOnce) {
    const batch = objects.slice(i, i + atOnce);
    await Promise.all(batch.map(async (name) => addSize(sizes, join(folder, name), name)));
  }
  return sizes;
}

/** Enough to keep the thread pool busy, few enough that a film of thousands of segments is no burst. */
const atOnce = 64;

async function addSize(sizes: Map<string, number>, path: string, name: string): Promise<void> {
  try {
    sizes.set(name, (await stat(path)).size);
  } catch (cause) {
    if (errno(cause) !== "ENOENT") throw cause;
  }
}
