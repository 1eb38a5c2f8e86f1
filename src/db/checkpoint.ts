import type { Client } from "@libsql/client";
import type { Logger } from "../log/logger.ts";

export interface Checkpointer {
  /** Stops the timer and merges the log into the database for the last time. */
  finish(): Promise<void>;
}

/**
 * Merges the write-ahead log into the database from time to time and cuts it to nothing. SQLite
 * itself only merges; while another process reads, the log would grow without bound.
 */
export function createCheckpointer(client: Client, log: Logger, intervalMs = 60_000): Checkpointer {
  const checkpoint = async (): Promise<void> => {
    try {
      const { rows } = await client.execute("PRAGMA wal_checkpoint(PASSIVE)");
      const [frames, merged] = [Number(rows[0]?.["log"]), Number(rows[0]?.["checkpointed"])];
      // TRUNCATE waits for readers with the event loop blocked, so only when there are none.
      if (frames > 0 && frames === merged) await client.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (thrown) {
      log.warn("database checkpoint failed; the next one will catch up", { error: thrown });
    }
  };
  const timer = setInterval(() => void checkpoint(), intervalMs);
  timer.unref();
  return {
    finish: () => {
      clearInterval(timer);
      return checkpoint();
    },
  };
}
