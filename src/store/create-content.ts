import { mkdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import type { LoadDependencies } from "./loaded-content.ts";
import { sha256 } from "./digest.ts";
import { syncFolder, writeDurably } from "./durable-file.ts";
import { planCopyName, planName, recordsName } from "./layout.ts";
import { restorePlan } from "./plan-file.ts";
import { formatRecord, restoreRecords } from "./record-log.ts";

/**
 * Makes the folder of a content, its plan and its record in it, appear at once: it is filled under `tmp/`
 * and renamed. A folder whose plan is gone or wrong gets its plan back and keeps its objects.
 */
export async function createContent(
  deps: LoadDependencies,
  hash: string,
  planJson: string,
): Promise<void> {
  const { layout, temporary } = deps;
  const plan = new TextEncoder().encode(planJson);
  if ((await sha256(plan)) !== hash) {
    throw new ViewraError("INTERNAL", "A content was to be created whose plan has another hash");
  }
  const draft = await temporary.newPath();
  const folder = layout.folder(hash);
  try {
    await mkdir(draft);
    const record = { name: planName, sizeBytes: plan.byteLength, sha256: hash };
    await Promise.all([
      writeDurably(join(draft, planName), plan),
      writeDurably(join(draft, planCopyName), plan),
      writeDurably(join(draft, recordsName), Buffer.from(formatRecord(record))),
    ]);
    await syncFolder(draft);
    await clearWay(layout.root, folder);
    await mkdir(dirname(folder), { recursive: true });
    await rename(draft, folder);
    await syncParents(layout.root, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (errno(cause) !== "ENOTEMPTY" && errno(cause) !== "EEXIST") throw cause;
    await restorePlan(deps, hash, planJson);
    await restoreRecords(layout.records(hash));
  }
}

/**
 * A file, or the like, that a hand put where a content's folder or one above it goes. Nothing is removed that might be a
 * folder: not what cannot be looked at, nor a link to a disk that is away.
 */
async function clearWay(root: string, folder: string): Promise<void> {
  for (let path = folder; path.length > root.length; path = dirname(path)) {
    const found = await stat(path).catch(() => null);
    if (found !== null && !found.isDirectory()) await unlink(path);
  }
}

/** The two folders above may be new as well. */
async function syncParents(root: string, folder: string): Promise<void> {
  for (let path = dirname(folder); path.length >= root.length; path = dirname(path)) {
    await syncFolder(path);
    if (path === root) return;
  }
}
