import { openStore } from "../app/open-store.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import type { DiskStore } from "../store/disk-store.ts";
import { printLine, stopped, type Terminal } from "./output.ts";
import { formatBytes } from "./printable.ts";
import { createProgressBar } from "./progress-bar.ts";

/** `viewra store stats`. */
export function storeStatsCommand(
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
export function storeVerifyCommand(
  options: { readonly repair: boolean },
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr, interrupted } = terminal;
  return withStore(config, log, async (store) => {
    const { contents } = await store.stats();
    const bar = createProgressBar(stderr, "verify");
    let [done, faults] = [0, 0];
    for await (const { hash, objects } of store.contents()) {
      bar.update(done, contents, `${objects} objects`);
      for await (const fault of store.verify(hash)) {
        if (interrupted.aborted) break;
        faults++;
        bar.clear();
        printLine(stdout, `${fault.reason.padEnd(10)} ${fault.hash}/${fault.name}`);
        if (options.repair) await store.discard(fault.hash, fault.name);
      }
      if (interrupted.aborted) break;
      bar.update(++done, contents);
    }
    bar.end();
    const repaired =
      options.repair && faults > 0 ? "; removed, to be made again when asked for" : "";
    printLine(stdout, `${done} contents verified, ${faults} faults${repaired}`);
    if (interrupted.aborted) throw stopped(`${contents - done} contents were not looked at`);
    return faults > 0 && !options.repair ? 1 : 0;
  });
}

export async function withStore(
  config: Config,
  log: Logger,
  work: (store: DiskStore) => Promise<number>,
): Promise<number> {
  const store = openStore(config, log);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
