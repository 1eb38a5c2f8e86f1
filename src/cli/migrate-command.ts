import { mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { makeDataFolder } from "../app/data-folder.ts";
import type { Config } from "../config/config.ts";
import { openDatabase, type Database } from "../db/database.ts";
import type { LeftOut } from "../library/takeover/look-for-files.ts";
import { takeOverOld, type TakeOverReport } from "../library/takeover/take-over-old.ts";
import type { Logger } from "../log/logger.ts";
import { printLine, stopped, type Output, type Terminal } from "./output.ts";
import { printable } from "./printable.ts";

/** `viewra migrate --from FILE`: takes over what an old Viewra's database knows. */
export async function migrateCommand(
  options: { readonly from: string; readonly dryRun: boolean },
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const { stdout, interrupted: signal } = terminal;
  const from = resolve(options.from);
  const libraryFolders = await followed(config.libraryFolders);
  const wishes = { libraryFolders, dryRun: options.dryRun, signal };
  const report = await withDatabase(config, log, options.dryRun, (db) =>
    takeOverOld(from, { db, ...wishes }).catch((thrown: unknown) => {
      throw signal.aborted ? stopped("nothing was taken over") : thrown;
    }),
  );
  tell(report, options.dryRun, stdout);
  return 0;
}

async function withDatabase<T>(
  config: Config,
  log: Logger,
  dryRun: boolean,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const { databaseUrl, databaseAuthToken: authToken } = config;
  // A rehearsal makes no database where there is none.
  const isNew = databaseUrl.startsWith("file:") && !(await exists(fileURLToPath(databaseUrl)));
  const folder = dryRun && isNew ? await mkdtemp(join(tmpdir(), "viewra-migrate-")) : null;
  if (!dryRun) await makeDataFolder(config.dataDir);
  try {
    const url = folder === null ? databaseUrl : pathToFileURL(join(folder, "none.db")).href;
    const db = await openDatabase({ url, authToken, log });
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Those that are there, as libraries of them will be called. */
async function followed(folders: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)));
  return paths.filter((path) => path !== null);
}

function tell({ libraries, files, sessions }: TakeOverReport, dryRun: boolean, out: Output): void {
  for (const { path, type } of libraries) {
    printLine(out, `${dryRun ? "would make" : "made"} a library of ${printable(path)} (${type})`);
  }
  const added = dryRun ? "to be added" : "added";
  printLine(
    out,
    `media files: ${files.read} read, ${files.added} ${added}, ${files.linked} here under another id and linked to it, ` +
      `${files.known} known, ${files.leftOut.length} left out`,
  );
  tellLeftOut(files.leftOut, out);
  if (sessions === null) {
    printLine(out, "sessions: the old database has no table transcode_sessions");
  } else {
    const { read, known, leftOut } = sessions;
    printLine(
      out,
      `sessions: ${read} read, ${sessions.added} ${added}, ${known} known, ${leftOut.length} left out`,
    );
    tellLeftOut(leftOut, out);
  }
  if (dryRun) printLine(out, "nothing was written: this was a dry run");
  else if (files.added > 0) {
    printLine(
      out,
      "the files are read when the server starts, or by `viewra scan` of their folder",
    );
  }
}

/** How many, and why, and which one for example. */
function tellLeftOut(leftOut: readonly LeftOut[], out: Output): void {
  for (const [reason, rows] of Map.groupBy(leftOut, (each) => each.reason)) {
    const example = printable(rows[0]?.what ?? "");
    const such = rows.length === 1 ? example : `${example} and ${rows.length - 1} more`;
    printLine(out, `  ${rows.length} left out: ${reason} (${such})`);
  }
}
