import { setImmediate } from "node:timers/promises";
import { createClient, type Client, type ResultSet } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { createCheckpointer } from "./checkpoint.ts";
import { toDatabaseError } from "./database-error.ts";
import { embeddedMigrations } from "./embedded-migrations.ts";
import { createLockPatience, type LockPatience } from "./lock-patience.ts";
import { migrate } from "./migrate.ts";

/** What a query runs on: the database itself, or a transaction. */
export type Queries = BaseSQLiteDatabase<"async", ResultSet>;

export interface Database {
  /** Runs queries that change nothing, on the last committed state. Any number at once. */
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in a transaction of its own, one after another: what it threw undoes all of it. Resolves
   * when it is on disk. `work` runs again after a lock by another process, so it must do nothing but
   * queries; it must not call `read` or `write`.
   */
  write<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Waits for writes that were asked for, merges the log into the file and lets go of it. Idempotent. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `file:` with an absolute path, or `libsql://`. */
  readonly url: string;
  readonly authToken?: string | undefined;
  readonly log: Logger;
  /** How long to wait for another process's lock, 20 s when left out; all else goes on meanwhile. */
  readonly lockTimeoutMs?: number;
}

/** libSQL waits for a lock with the event loop blocked, so it may do so for a moment only (lock-patience.ts). */
const blockingWaitMs = 10;
const defaultLockTimeoutMs = 20_000;

/**
 * Opens (or makes) the database and applies migrations. Throws DATABASE_UNUSABLE with the reason when
 * it is corrupt, locked, read-only, cannot be opened or is newer than this program.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, log, lockTimeoutMs: timeoutMs = defaultLockTimeoutMs } = options;
  try {
    const client = connect(options);
    const patiently = createLockPatience({ url, log, timeoutMs });
    try {
      await patiently(
        () => prepare(client, options),
        () => renew(client),
      );
    } catch (thrown) {
      client.close();
      throw thrown;
    }
    return createDatabase(client, patiently, options);
  } catch (thrown) {
    throw toDatabaseError(thrown, url);
  }
}

function connect({ url, authToken }: DatabaseOptions): Client {
  return createClient({
    url,
    // As an option, because a PRAGMA would hold for one of the pool's connections only.
    timeout: blockingWaitMs,
    ...(authToken === undefined ? {} : { authToken }),
  });
}

/** A connection that met SQLITE_BUSY as it began a transaction fails every later commit: open new ones. */
function renew(client: Client): void {
  client.reconnect();
}

async function prepare(client: Client, { url, log }: DatabaseOptions): Promise<void> {
  // Kept in the file. `synchronous` and `foreign_keys` need no word: this build defaults to FULL and on.
  if (isLocal(url)) await client.execute("PRAGMA journal_mode = WAL");
  const applied = await migrate(client, embeddedMigrations());
  if (applied.length > 0) log.info("database migrated", { url, applied: applied.join(",") });
}

function createDatabase(
  client: Client,
  patiently: LockPatience,
  { url, log }: DatabaseOptions,
): Database {
  const queries = drizzle(client);
  const checkpointer = isLocal(url) ? createCheckpointer(client, log) : undefined;
  let lastWrite: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const attempt = async <T>(work: () => Promise<T>, onBusy?: () => void): Promise<T> => {
    try {
      return await patiently(work, onBusy);
    } catch (thrown) {
      throw toDatabaseError(thrown, url);
    }
  };

  const finish = async (): Promise<void> => {
    await lastWrite;
    await checkpointer?.finish();
    client.close();
  };

  return {
    read: (work) => attempt(() => work(queries)),
    write: (work) => {
      // One writer at a time: two transactions of this process would wait for each other's lock
      // with the event loop blocked.
      if (closing) return Promise.reject(new ViewraError("SHUTTING_DOWN"));
      const result = lastWrite.then(() =>
        attempt(
          () => queries.transaction(work),
          () => renew(client),
        ),
      );
      // Local queries never leave the event loop's turn by themselves: let others have one in between.
      lastWrite = result.catch(() => undefined).then(() => setImmediate());
      return result;
    },
    close: () => (closing ??= finish()),
  };
}

function isLocal(url: string): boolean {
  return url.startsWith("file:");
}
