import { readUndamaged } from "./checked-read.ts";
import { sha256 } from "./digest.ts";
import { linkNew, removeFile, syncFolder, writeDurably } from "./durable-file.ts";
import type { Layout } from "./layout.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

interface PlanFileDependencies {
  readonly layout: Layout;
  readonly temporary: TemporaryFolder;
}

/**
 * A content's plan: the text that hashes to its name, from `plan.json` or from the copy beside it. It is
 * the one object that nothing else here could be made again from. null where neither is right.
 */
export async function readPlan(layout: Layout, hash: string): Promise<string | null> {
  for (const path of layout.plans(hash)) {
    const plan = await planIn(path, hash);
    if (plan !== null) return plan;
  }
  return null;
}

/** Puts the plan of an existing content back wherever it is missing or not what the hash says. */
export async function restorePlan(
  { layout, temporary }: PlanFileDependencies,
  hash: string,
  planJson: string,
): Promise<void> {
  let isWritten = false;
  for (const path of layout.plans(hash)) {
    if ((await planIn(path, hash)) !== null) continue;
    const draft = await temporary.newPath();
    await writeDurably(draft, new TextEncoder().encode(planJson));
    await removeFile(path);
    await linkNew(draft, path);
    isWritten = true;
  }
  if (isWritten) await syncFolder(layout.folder(hash));
}

async function planIn(path: string, hash: string): Promise<string | null> {
  const bytes = await readUndamaged(path);
  if (bytes === null || (await sha256(bytes)) !== hash) return null;
  return new TextDecoder().decode(bytes);
}
