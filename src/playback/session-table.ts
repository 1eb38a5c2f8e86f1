import { ViewraError } from "../errors/viewra-error.ts";
import type { LiveSession } from "./live-session.ts";

/** The sessions that play now, longest silent first. */
export interface SessionTable {
  /**
   * Keeps a place for a session that is about to begin, until the answer is disposed of. SESSION_LIMIT_REACHED,
   * with when a place may be free, where all are taken or kept.
   */
  reserve(now: number): Disposable;
  add(session: LiveSession): void;
  get(id: string): LiveSession | undefined;
  /** A sign of life: the session moves to the end of the line. */
  touch(session: LiveSession, now: number): void;
  remove(id: string): void;
  /** Those silent for `silenceMs` or longer. */
  silent(now: number): LiveSession[];
  all(): IterableIterator<LiveSession>;
  readonly size: number;
}

/** A table of at most `limit` sessions, each good for `silenceMs` after its last sign of life. */
export function createSessionTable(limit: number, silenceMs: number): SessionTable {
  // A Map keeps the order of insertion: re-inserting on each heartbeat makes a sweep cost what it finds.
  const sessions = new Map<string, LiveSession>();
  let reserved = 0;

  const place = (): Disposable => {
    reserved++;
    let isKept = true;
    return {
      [Symbol.dispose]: () => {
        if (isKept) reserved--;
        isKept = false;
      },
    };
  };

  return {
    reserve(now) {
      if (sessions.size + reserved < limit) return place();
      const [oldest] = sessions.values();
      const free = oldest === undefined ? 0 : oldest.heartbeatAt + silenceMs - now;
      throw new ViewraError("SESSION_LIMIT_REACHED", undefined, {
        details: { limit },
        retryAfterSeconds: Math.max(1, Math.ceil(free / 1000)),
      });
    },
    add: (session) => void sessions.set(session.id, session),
    get: (id) => sessions.get(id),
    touch(session, now) {
      session.heartbeatAt = now;
      session.updatedAt = now;
      sessions.delete(session.id);
      sessions.set(session.id, session);
    },
    remove: (id) => void sessions.delete(id),
    silent(now) {
      const found: LiveSession[] = [];
      for (const session of sessions.values()) {
        if (now - session.heartbeatAt < silenceMs) break;
        found.push(session);
      }
      return found;
    },
    all: () => sessions.values(),
    get size() {
      return sessions.size;
    },
  };
}
