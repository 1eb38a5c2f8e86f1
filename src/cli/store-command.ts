import { judgeAdoption } from "../app/pipeline-ports.ts";
import type { Config } from "../config/config.ts";
import { openDatabase } from "../db/database.ts";
import { locateFingerprint } from "../db/media-files.ts";
import type { Logger } from "../log/logger.ts";
import { parsePlan } from "../media/plan-schema.ts";
import { createDiskStore, type DiskStore } from "../store/disk-store.ts";
import { formatBytes, printLine, type Terminal } from "./output.ts";
import { createProgressBar } from "./progress-bar.ts";

/** `viewra store stats`. */
export async function storeStatsCommand(
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  return withStore(config, log, async (store) => {
    const { contents, objects, bytes, freeBytes } = await store.stats();
    const { stdout } = terminal;
    printLine(stdout, `folder    ${config.contentStorePath}`);
    printLine(stdout, `contents  ${contents}`);
    printLine(stdout, `objects   ${objects}`);
    printLine(stdout, `bytes     ${bytes} (${formatBytes(bytes)})`);
    printLine(stdout, `free      ${formatBytes(freeBytes)}`);
    return 0;
  });
}

/** `viewra store verify [--repair]`: re-hashes everything. 1 when something is not what was recorded. */
export async function storeVerifyCommand(
  options: { readonly repair: boolean },
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  return withStore(config, log, async (store) => {
    const { contents } = await store.stats();
    const bar = createProgressBar(terminal.stderr, "verify");
    let [done, faults] = [0, 0];
    for await (const { hash, objects } of store.contents()) {
      if (terminal.interrupted.aborted) break;
      for await (const fault of store.verify(hash)) {
        faults++;
        printLine(terminal.stdout, `${fault.reason.padEnd(10)} ${fault.hash}/${fault.name}`);
        if (options.repair) await store.discard(fault.hash, fault.name);
      }
      bar.update(++done, contents, `${objects} objects`);
    }
    bar.end();
    const repaired =
      options.repair && faults > 0 ? "; removed, to be made again when asked for" : "";
    printLine(terminal.stdout, `${done} contents verified, ${faults} faults${repaired}`);
    return faults > 0 && !options.repair ? 1 : 0;
  });
}

/** `viewra store gc`: deletes contents whose film is in no library any more. */
export async function storeGcCommand(
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const db = await openDatabase({
    url: config.databaseUrl,
    authToken: config.databaseAuthToken,
    log,
  });
  try {
    return await withStore(config, log, async (store) => {
      let [removed, freed] = [0, 0];
      for await (const { hash, bytes } of store.contents()) {
        const planJson = await store.plan(hash);
        if (planJson === null) continue;
        const { fingerprint } = parsePlan(planJson).source;
        if ((await locateFingerprint(db, fingerprint)).length > 0) continue;
        await store.delete(hash);
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

async function withStore(
  config: Config,
  log: Logger,
  work: (store: DiskStore) => Promise<number>,
): Promise<number> {
  const store = createDiskStore({ root: config.contentStorePath, judge: judgeAdoption, log });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
