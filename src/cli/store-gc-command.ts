import { takeDataFolder } from "../app/data-folder.ts";
import type { Config } from "../config/config.ts";
import { collectContents } from "../content/collect.ts";
import { createCollectPorts, forgetDeleted } from "../content/database-ports.ts";
import { openDatabase } from "../db/database.ts";
import type { Logger } from "../log/logger.ts";
import { printLine, stopped, type Terminal } from "./output.ts";
import { formatBytes } from "./printable.ts";
import { withStore } from "./store-command.ts";

/**
 * `viewra store gc [--unknown]`: deletes the contents that provably nobody needs, as the server's `collect`
 * does. Not beside a running server, whose viewers it cannot know.
 */
export async function storeGcCommand(
  options: { readonly unknown: boolean },
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const { databaseUrl: url, databaseAuthToken: authToken } = config;
  const { stdout, interrupted } = terminal;
  const dataFolder = await takeDataFolder(config.dataDir);
  try {
    const db = await openDatabase({ url, authToken, log });
    try {
      return await withStore(config, log, async (store) => {
        const ports = {
          ...createCollectPorts(db),
          isWatched: () => false,
          remove: async (hash: string) => {
            const wasThere = await store.delete(hash);
            await forgetDeleted(db, hash);
            return wasThere;
          },
        };
        const { removed, bytesFreed, unknown } = await collectContents(store, ports, {
          ...options,
          signal: interrupted,
          onRemoved: (hash, bytes) => printLine(stdout, `removed ${hash} (${formatBytes(bytes)})`),
        });
        if (interrupted.aborted) throw stopped(`${removed.length} contents were removed`);
        if (unknown > 0) {
          const hint = "kept, because no library here ever had their films; --unknown removes them";
          printLine(stdout, `${unknown} contents ${hint}`);
        }
        printLine(stdout, `${removed.length} contents removed, ${formatBytes(bytesFreed)} freed`);
        return 0;
      });
    } finally {
      await db.close();
    }
  } finally {
    dataFolder.release();
  }
}
