import { constants, Database } from "bun:sqlite";
import { copyFile, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { errno, ViewraError } from "../../errors/viewra-error.ts";

export interface OldDatabase extends AsyncDisposable {
  /** Can be read and not be written. What it throws is to be handed to `oldDatabaseError`. */
  readonly sqlite: Database;
}

/**
 * Opens somebody else's SQLite database for reading. Neither the file nor anything beside it is written. Throws
 * DATABASE_UNUSABLE with what is the matter: nothing there, empty, no SQLite, cut off, locked.
 */
export async function openOldDatabase(path: string): Promise<OldDatabase> {
  try {
    const { usesLog } = await readHeader(path);
    if (!usesLog) {
      const sqlite = new Database(path, constants.SQLITE_OPEN_READONLY);
      return { sqlite, [Symbol.asyncDispose]: async () => sqlite.close() };
    }
    const log = await stat(`${path}-wal`).catch(() => null);
    return (log?.size ?? 0) === 0 ? openSettled(path) : await openCopy(path);
  } catch (thrown) {
    throw oldDatabaseError(path, thrown);
  }
}

/** What SQLite or the system says of such a file, as an error of the catalogue that names it. */
export function oldDatabaseError(path: string, thrown: unknown): ViewraError {
  if (thrown instanceof ViewraError) return thrown;
  const code = errno(thrown) ?? "";
  const known = Object.entries(sentences).find(([prefix]) => code.startsWith(prefix));
  return unusable(path, known?.[1] ?? `cannot be read (${code || String(thrown)})`, thrown);
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EACCES: "may not be read by this user",
  EISDIR: "is a folder",
  SQLITE_NOTADB: "is no SQLite database",
  SQLITE_BUSY: "is locked by another program: stop it and try again",
  SQLITE_LOCKED: "is locked by another program: stop it and try again",
  SQLITE_CORRUPT: "is damaged",
  // A journal beside it says that a change was cut off; undoing that would be a write.
  SQLITE_READONLY:
    "was not closed cleanly: start and stop the program that wrote it, then try again",
  SQLITE_CANTOPEN: "cannot be opened",
};

function unusable(path: string, what: string, cause?: unknown): ViewraError {
  return new ViewraError("DATABASE_UNUSABLE", `${path} ${what}`, { cause });
}

const magic = "SQLite format 3\0";
const headerBytes = 100;

/** The file's own header (https://sqlite.org/fileformat.html, 1.3): SQLite notices a cut-off end only when it gets there. */
async function readHeader(path: string): Promise<{ readonly usesLog: boolean }> {
  await using file = await open(path, "r");
  const stats = await file.stat();
  const { size } = stats;
  if (!stats.isFile()) throw unusable(path, "is no file");
  if (size === 0) throw unusable(path, "is empty");
  const header = Buffer.alloc(headerBytes);
  await file.read(header, 0, headerBytes, 0);
  if (header.toString("latin1", 0, magic.length) !== magic) {
    throw unusable(path, "is no SQLite database");
  }
  // 1 stands for 65536.
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const pages = header.readUInt32BE(28);
  const usesLog = header[19] === 2;
  // With a log, the file may be behind the count. Programs that do not keep the count leave these two apart.
  const isCounted = header.readUInt32BE(24) === header.readUInt32BE(92);
  if (size < headerBytes || (!usesLog && isCounted && size < pages * pageBytes)) {
    throw unusable(path, "is cut off: its end is missing");
  }
  return { usesLog };
}

/** In WAL mode SQLite makes files beside the one it reads, unless it is told that nothing changes. */
function openSettled(path: string): OldDatabase {
  const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
  const sqlite = new Database(`${pathToFileURL(path).href}?immutable=1`, flags);
  return { sqlite, [Symbol.asyncDispose]: async () => sqlite.close() };
}

/** With a log that was not merged yet, both are read from copies: SQLite would write to what lies beside them. */
async function openCopy(path: string): Promise<OldDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "viewra-migrate-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "old.db");
    const before = await stateOf(path);
    await copyFile(path, copy);
    await copyFile(`${path}-wal`, `${copy}-wal`);
    if ((await stateOf(path)) !== before) {
      throw unusable(path, "is being written to: stop the program that does it and try again");
    }
    const sqlite = new Database(copy, constants.SQLITE_OPEN_READWRITE);
    const close = (): Promise<void> => {
      sqlite.close();
      return remove();
    };
    return { sqlite, [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function stateOf(path: string): Promise<string> {
  const states = [await stat(path), await stat(`${path}-wal`)];
  return states.map(({ size, mtimeMs }) => `${size} ${mtimeMs}`).join(" ");
}
