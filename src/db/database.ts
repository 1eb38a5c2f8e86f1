import { setImmediate } from "node:timers/promises";
import { createClient, type Client, type ResultSet } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { createCheckpointer } from "./checkpoint.ts";
import { isBusy, toDatabaseError } from "./database-error.ts";
import { embeddedMigrations } from "./embedded-migrations.ts";
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
  /** How long to wait for another process's lock; the event loop stands still meanwhile. */
  readonly busyTimeoutMs?: number;
}

const busyRetries = 3;

/**
 * Opens (or makes) the database and applies migrations. Throws DATABASE_UNUSABLE with the reason when
 * it is corrupt, locked, read-only, cannot be opened or is newer than this program.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, log } = options;
  try {
    const client = connect(options);
    try {
      await prepare(client, options);
    } catch (thrown) {
      client.close();
      throw thrown;
    }
    return createDatabase(client, url, log);
  } catch (thrown) {
    throw toDatabaseError(thrown, url);
  }
}

function connect({ url, authToken, busyTimeoutMs = 5000 }: DatabaseOptions): Client {
  return createClient({
    url,
    // As an option, because a PRAGMA would hold for one of the pool's connections only.
    timeout: busyTimeoutMs,
    ...(authToken === undefined ? {} : { authToken }),
  });
}

async function prepare(client: Client, { url, log }: DatabaseOptions): Promise<void> {
  // Kept in the file. `synchronous` and `foreign_keys` need no word: this build defaults to FULL and on.
  if (isLocal(url)) await client.execute("PRAGMA journal_mode = WAL");
  const applied = await migrate(client, embeddedMigrations());
  if (applied.length > 0) log.info("database migrated", { url, applied: applied.join(",") });
}

function createDatabase(client: Client, url: string, log: Logger): Database {
  const queries = drizzle(client);
  const checkpointer = isLocal(url) ? createCheckpointer(client, log) : undefined;
  let lastWrite: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const attempt = async <T>(work: (queries: Queries) => Promise<T>): Promise<T> => {
    for (let retriesLeft = busyRetries; ; retriesLeft--) {
      try {
        return await queries.transaction(work);
      } catch (thrown) {
        if (!isBusy(thrown)) throw toDatabaseError(thrown, url);
        // A connection that met SQLITE_BUSY may fail every later transaction: open new ones.
        client.reconnect();
        if (retriesLeft === 0) throw toDatabaseError(thrown, url);
        log.warn("database locked by another process", { url, retries_left: retriesLeft });
      }
    }
  };

  const finish = async (): Promise<void> => {
    await lastWrite;
    await checkpointer?.finish();
    client.close();
  };

  return {
    read: async (work) => {
      try {
        return await work(queries);
      } catch (thrown) {
        throw toDatabaseError(thrown, url);
      }
    },
    write: (work) => {
      // One writer at a time: two transactions of this process would wait for each other's lock
      // with the event loop blocked.
      if (closing) return Promise.reject(new ViewraError("SHUTTING_DOWN"));
      const result = lastWrite.then(() => attempt(work));
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
