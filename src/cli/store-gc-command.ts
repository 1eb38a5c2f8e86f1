import { makeDataFolder } from "../app/data-folder.ts";
import type { Config } from "../config/config.ts";
import { forgetContent } from "../db/contents.ts";
import { openDatabase, type Database } from "../db/database.ts";
import { clearFailures } from "../db/failed-jobs.ts";
import { listLibraries } from "../db/libraries.ts";
import { listKnownByFingerprint } from "../db/media-file-changes.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { parsePlan } from "../media/plan-schema.ts";
import { printLine, stopped, type Terminal } from "./output.ts";
import { formatBytes } from "./printable.ts";
import { withStore } from "./store-command.ts";

/**
 * `viewra store gc`: deletes contents whose film is in no library any more. A film that is only missing
 * (its disk is not mounted) keeps its content.
 */
export async function storeGcCommand(
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const { databaseUrl: url, databaseAuthToken: authToken } = config;
  await makeDataFolder(config.dataDir);
  const db = await openDatabase({ url, authToken, log });
  try {
    await requireLibraries(db);
    return await withStore(config, log, async (store) => {
      let [removed, freed] = [0, 0];
      for await (const { hash, bytes } of store.contents()) {
        if (terminal.interrupted.aborted) throw stopped(`${removed} contents were removed`);
        const planJson = await store.plan(hash);
        if (planJson === null || (await isOfLibrary(db, planJson))) continue;
        if (!(await store.delete(hash))) continue;
        await clearFailures(db, hash);
        await forgetContent(db, hash);
        removed++;
        freed += bytes;
        printLine(terminal.stdout, `removed ${hash} (${formatBytes(bytes)})`);
      }
      printLine(terminal.stdout, `${removed} contents removed, ${formatBytes(freed)} freed`);
      return 0;
    });
  } finally {
    await db.close();
  }
}

/** A database that was lost, or another data folder's, knows no film: everything would be deleted. */
async function requireLibraries(db: Database): Promise<void> {
  if ((await listLibraries(db)).length > 0) return;
  const message =
    "No library is known here, so every content would be deleted; look through the folders first (viewra scan DIR)";
  throw new ViewraError("LIBRARY_NOT_FOUND", message);
}

async function isOfLibrary(db: Database, planJson: string): Promise<boolean> {
  const { fingerprint } = parsePlan(planJson).source;
  return (await listKnownByFingerprint(db, [fingerprint])).length > 0;
}
