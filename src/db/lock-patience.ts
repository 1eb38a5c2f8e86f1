import { LibsqlError } from "@libsql/client";
import { DrizzleQueryError } from "drizzle-orm";
import type { Logger } from "../log/logger.ts";
import { isBusy } from "./database-error.ts";

export interface LockPatienceOptions {
  readonly url: string;
  readonly log: Logger;
  /** How long to go on asking. */
  readonly timeoutMs: number;
}

/** Runs work again for as long as another process holds the lock it needs; what it threw last when time is up. */
export type LockPatience = <T>(work: () => Promise<T>, onBusy?: () => void) => Promise<T>;

const firstPauseMs = 5;
const longestPauseMs = 250;
const worthSayingMs = 1000;

/**
 * Waits for locks between tries instead of inside them: libSQL's own waiting (`busy_timeout`) stops the event
 * loop, and with it every viewer who wants nothing of the database.
 */
export function createLockPatience({ url, log, timeoutMs }: LockPatienceOptions): LockPatience {
  return async (work, onBusy) => {
    const startedAt = performance.now();
    let isSaid = false;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await work();
      } catch (thrown) {
        const waitedMs = performance.now() - startedAt;
        if (!(isBusy(thrown) || wasCut(thrown)) || waitedMs > timeoutMs) throw thrown;
        if (isBusy(thrown)) onBusy?.();
        if (!isSaid && waitedMs > worthSayingMs) {
          isSaid = true;
          log.warn("database locked by another process; trying on", { url });
        }
        await Bun.sleep(pauseMs);
      }
    }
  };
}

/** A read whose connection was closed under it, because a write beside it met a lock and took new ones. */
function wasCut(thrown: unknown): boolean {
  const root = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  return (
    root instanceof LibsqlError &&
    root.code === "CLIENT_CLOSED" &&
    root.message.includes("in flight")
  );
}
