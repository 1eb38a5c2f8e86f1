import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { makeDataFolder } from "../app/data-folder.ts";
import { createProbing } from "../app/probing.ts";
import type { Config } from "../config/config.ts";
import { openDatabase } from "../db/database.ts";
import type { LibraryRow } from "../db/libraries.ts";
import type { ScanRow } from "../db/scans.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { createLibrary, type Library } from "../library/create-library.ts";
import { createReach } from "../library/reach.ts";
import type { Logger } from "../log/logger.ts";
import { printLine, stopped, type Terminal } from "./output.ts";
import { printable } from "./printable.ts";
import { createProgressText } from "./progress-bar.ts";

/** `viewra scan DIR`: makes the folder a library and looks through it; lists what cannot be played. */
export async function scanCommand(
  folder: string,
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const { databaseUrl: url, databaseAuthToken: authToken } = config;
  await makeDataFolder(config.dataDir);
  const progress = createProgressText(terminal.stderr);
  const probing = createProbing(config, log);
  try {
    const db = await openDatabase({ url, authToken, log });
    const library = createLibrary({
      ...{ db, log, prober: probing.prober },
      // Who may type a command here may read what this user reads: the folder is named by hand.
      reach: createReach(db, [...config.browseRoots, ...config.libraryFolders, resolve(folder)]),
      events: { scan: (scan) => progress.update(describeProgress(scan)), filesChanged: () => {} },
    });
    try {
      const { id } = await libraryOf(library, folder, terminal);
      const scan = await scanOnce(library, id, terminal.interrupted);
      progress.end();
      const { found, added, updated, moved, removed, failed } = scan;
      printLine(
        terminal.stdout,
        `${found} files: ${added} new, ${updated} changed, ${moved} moved, ${removed} gone, ${failed} unreadable`,
      );
      if (scan.status === "cancelled") throw stopped("what was found so far is kept");
      if (scan.status !== "done") throw new ViewraError("INTERNAL", scan.error ?? scan.status);
      await listUnreadable(library, id, terminal);
      return 0;
    } finally {
      await library.close();
      await db.close();
    }
  } finally {
    progress.end();
    await probing.close();
  }
}

async function scanOnce(library: Library, id: string, interrupted: AbortSignal): Promise<ScanRow> {
  const stop = (): void => void library.cancelScan(id);
  const scanId = await library.startScan(id);
  interrupted.addEventListener("abort", stop, { once: true });
  // A signal that came before tells its listeners nothing.
  if (interrupted.aborted) stop();
  return library.scanFinished(scanId);
}

function describeProgress({ found, added, updated, moved, failed, currentPath }: ScanRow): string {
  const counts = `${found} files found, ${added + updated + moved} taken in, ${failed} unreadable`;
  return currentPath === null ? counts : `${counts}: ${printable(currentPath)}`;
}

/** The library that is this folder or holds it, made when there is none. */
async function libraryOf(
  library: Library,
  path: string,
  { stderr }: Terminal,
): Promise<Pick<LibraryRow, "id">> {
  try {
    return await library.addLibrary({ path, type: "video" });
  } catch (thrown) {
    if (!(thrown instanceof ViewraError) || thrown.code !== "LIBRARY_EXISTS") throw thrown;
    const known = (await library.libraries()).find(
      ({ id }) => id === thrown.details?.["library_id"],
    );
    if (known === undefined) throw thrown;
    const [here, there] = [await realpath(path), await realpath(known.path).catch(() => "")];
    if (here === there) return known;
    if (!here.startsWith(`${there}/`)) {
      const { message, cause } = thrown;
      throw new ViewraError(thrown.code, `${message}; remove that library first`, { cause });
    }
    printLine(stderr, `${thrown.message}, which is looked through as a whole`);
    return known;
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
