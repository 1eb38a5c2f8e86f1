import { ViewraError } from "../errors/viewra-error.ts";
import type { LiveSession } from "./live-session.ts";

/** A place that is kept for a session about to begin; given back when it is disposed of. */
export interface SessionPlace extends Disposable {
  /**
   * To be called when the session is about to be added. Where no place is free by then, another client's session
   * ends for it. Throws SESSION_LIMIT_REACHED when the place had to be left to another client meanwhile.
   */
  confirm(): void;
}

export interface SessionTableOptions {
  /** Sessions, and places kept for some, at most. */
  readonly limit: number;
  /** A session is good for so long after its last sign of life. */
  readonly silenceMs: number;
  /** A session must end, for its client has more than its share and another has less. */
  readonly onCrowdedOut: (session: LiveSession) => void;
}

/** The sessions that play now, longest silent first. */
export interface SessionTable {
  /**
   * Keeps a place for a client's session. Where none is free, the client that has the most, if that is more than the
   * asking one would have, is to lose one: a place that is kept, now, or else its session that was silent for
   * longest, once the place is confirmed: for a start that comes to nothing nobody's session ends.
   * SESSION_LIMIT_REACHED, with when a place may be free, where that does not help.
   */
  reserve(client: string, now: number): SessionPlace;
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

interface Kept {
  readonly client: string;
  /** The client whose session is to end for it, where none was free. */
  from: string | undefined;
  isLost: boolean;
}

export function createSessionTable(options: SessionTableOptions): SessionTable {
  const { limit, silenceMs, onCrowdedOut } = options;
  // A Map keeps the order of insertion: re-inserting on each heartbeat makes a sweep cost what it finds.
  const sessions = new Map<string, LiveSession>();
  const kept = new Set<Kept>();

  const limitReached = (now: number): ViewraError => {
    const [oldest] = sessions.values();
    const free = oldest === undefined ? 0 : oldest.heartbeatAt + silenceMs - now;
    return new ViewraError("SESSION_LIMIT_REACHED", undefined, {
      details: { limit },
      retryAfterSeconds: Math.max(1, Math.ceil(free / 1000)),
    });
  };

  const keep = (client: string, from: string | undefined, now: number): SessionPlace => {
    const place: Kept = { client, from, isLost: false };
    kept.add(place);
    return {
      confirm: () => {
        if (!place.isLost && place.from !== undefined) {
          const others = [...kept].filter((each) => each !== place && each.from === undefined);
          // Its client may have ended some itself meanwhile.
          if (sessions.size + others.length >= limit) {
            const session = longestSilent(place.from);
            if (session) onCrowdedOut(session);
            else place.isLost = true;
          }
          place.from = undefined;
        }
        if (place.isLost) throw limitReached(now);
      },
      [Symbol.dispose]: () => void kept.delete(place),
    };
  };

  const longestSilent = (client: string): LiveSession | undefined =>
    sessions.values().find((session) => session.client === client);

  /** The client that has the most, less what it is to lose, if that is more than this one would have. */
  const greediest = (client: string): string | undefined => {
    const counts = new Map<string, number>();
    const add = (name: string, count: number): void => {
      counts.set(name, (counts.get(name) ?? 0) + count);
    };
    for (const session of sessions.values()) add(session.client, 1);
    for (const { client: name, from } of kept) {
      add(name, 1);
      if (from !== undefined) add(from, -1);
    }
    const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [client, 0]);
    return count > (counts.get(client) ?? 0) + 1 ? most : undefined;
  };

  return {
    reserve(client, now) {
      if (sessions.size + kept.size < limit) return keep(client, undefined, now);
      const most = greediest(client);
      if (most === undefined) throw limitReached(now);
      const place = [...kept].findLast((each) => each.client === most);
      if (!place) return keep(client, most, now);
      place.isLost = true;
      kept.delete(place);
      return keep(client, place.from, now);
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
