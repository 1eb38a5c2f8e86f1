import { createEngine } from "../app/engine.ts";
import type { Config } from "../config/config.ts";
import { openDatabase } from "../db/database.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { createLibrary, type Library } from "../library/create-library.ts";
import type { Logger } from "../log/logger.ts";
import { printLine, type Terminal } from "./output.ts";
import { createProgressBar } from "./progress-bar.ts";

/** `viewra scan DIR`: makes the folder a library and looks through it. 1 when nothing in it can be played. */
export async function scanCommand(
  folder: string,
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const engine = await createEngine(config, log);
  const bar = createProgressBar(terminal.stderr, "scan");
  try {
    const db = await openDatabase({
      url: config.databaseUrl,
      authToken: config.databaseAuthToken,
      log,
    });
    const library = createLibrary({
      db,
      log,
      prober: engine.prober,
      events: {
        scan: ({ found, added, updated, moved, failed, currentPath }) =>
          bar.update(added + updated + moved + failed, found, currentPath ?? ""),
        filesChanged: () => {},
      },
    });
    try {
      const id = await libraryOf(library, folder);
      const stop = (): void => void library.cancelScan(id);
      terminal.interrupted.addEventListener("abort", stop, { once: true });
      const scan = await library.scanFinished(await library.startScan(id));
      bar.end();
      const { found, added, updated, moved, removed, failed } = scan;
      printLine(
        terminal.stdout,
        `${found} files: ${added} new, ${updated} changed, ${moved} moved, ${removed} gone, ${failed} unreadable`,
      );
      await listUnreadable(library, id, terminal);
      if (scan.status !== "done")
        throw new ViewraError("INTERNAL", scan.error ?? `scan ${scan.status}`);
      return 0;
    } finally {
      await library.close();
      await db.close();
    }
  } finally {
    bar.end();
    await engine.close();
  }
}

async function libraryOf(library: Library, path: string): Promise<string> {
  try {
    return (await library.addLibrary({ path, type: "video" })).id;
  } catch (thrown) {
    const known = thrown instanceof ViewraError ? thrown.details?.["library_id"] : undefined;
    if (typeof known === "string") return known;
    throw thrown;
  }
}

async function listUnreadable(
  library: Library,
  libraryId: string,
  terminal: Terminal,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await library.listFiles({
      libraryId,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { path, status, reason } of page.files) {
      if (status === "unreadable") {
        printLine(terminal.stdout, `unreadable ${JSON.stringify(path)}: ${reason ?? "unknown"}`);
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
