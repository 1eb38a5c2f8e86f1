import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import {
  finalStatus,
  isWatched,
  toRecord,
  type LiveSession,
  type SessionReplacement,
} from "./live-session.ts";
import type { SessionStatus } from "../db/schema.ts";
import type { SessionRow } from "../db/transcode-sessions.ts";
import type { ResumePoint } from "../db/viewings.ts";
import type { Clock, SessionEvent, SessionRecords } from "./ports.ts";
import { createSessionJournal } from "./session-journal.ts";
import { createSessionTable, type SessionPlace } from "./session-table.ts";

/** What a player tells from time to time. */
export type Heartbeat = Pick<LiveSession, "positionSeconds" | "state"> & {
  readonly quality: string | null;
};

export interface SessionCounts {
  readonly active: number;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly closed: number;
}

/** The sessions of this process: who plays, until when, and what of it is kept. */
export interface Sessions {
  /** Closes what a former process left active, and begins to end silent sessions. */
  open(): Promise<void>;
  /**
   * Keeps a place for a client's session until the answer is disposed of; to be confirmed before the session is
   * added, and disposed of then. SESSION_LIMIT_REACHED when there is no room for one more, SHUTTING_DOWN after
   * `close`.
   */
  reserve(client: string): SessionPlace;
  add(session: LiveSession): void;
  all(): IterableIterator<LiveSession>;
  find(id: string): LiveSession | undefined;
  /** One that plays now. SESSION_NOT_FOUND. */
  live(id: string): LiveSession;
  /** One that has ended, as it was kept. SESSION_NOT_FOUND. */
  ended(id: string): Promise<SessionRow>;
  /** Resolves when it is saved, the resume point too. */
  beat(session: LiveSession, heartbeat: Heartbeat): Promise<void>;
  /** From here on the viewer's film goes on elsewhere; the session stays until its player has left it. */
  replace(session: LiveSession, replacement: SessionReplacement): void;
  end(session: LiveSession): void;
  counts(): SessionCounts;
  /** Why sessions cannot be saved; null when they can. */
  saveFailure(): string | null;
  /** Ends all and saves them. */
  close(): Promise<void>;
}

export interface SessionsDeps {
  readonly records: SessionRecords;
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit: (event: SessionEvent) => void;
  readonly maxSessions: number;
}

/** A player that says nothing for so long has gone. */
const silenceMs = 60_000;
const sweepMs = 1_000;

export function createSessions(deps: SessionsDeps): Sessions {
  const { records, clock, log, emit } = deps;
  const journal = createSessionJournal(records, clock, log);
  const table = createSessionTable({
    limit: deps.maxSessions,
    silenceMs,
    onCrowdedOut: (session) => {
      log.warn("a session ends for another client's: its own has the most of all", {
        session_id: session.id,
        client: session.client,
      });
      end(session);
    },
  });
  const counts = { started: 0, completed: 0, failed: 0, closed: 0 };
  let cancelSweep: (() => void) | undefined;
  let isClosed = false;

  const note = (session: LiveSession, status: SessionStatus, resume?: ResumePoint): void => {
    const { hash, fingerprint } = session.delivered;
    const use = { contentHash: hash, fingerprint, at: session.updatedAt };
    journal.note(toRecord(session, status), use, resume);
  };

  const end = (session: LiveSession): void => {
    table.remove(session.id);
    session.leave();
    session.updatedAt = clock.now();
    const status = finalStatus(session);
    counts[status]++;
    note(session, status);
    tell(session, "ended", status);
  };

  const tell = (
    session: LiveSession,
    event: SessionEvent["event"],
    status: SessionStatus,
  ): void => {
    const ids = {
      session_id: session.id,
      media_file_id: session.request.mediaFileId,
      content_hash: session.delivered.hash,
    };
    log.info(`session ${event}`, { ...ids, status, position: session.positionSeconds });
    emit({ type: "session", event, ...ids, status });
  };

  const requireOpen = (): void => {
    if (isClosed) throw new ViewraError("SHUTTING_DOWN", undefined, { retryAfterSeconds: 5 });
  };

  const sweepLater = (): void => {
    cancelSweep = clock.after(sweepMs, () => {
      for (const session of table.silent(clock.now())) end(session);
      sweepLater();
    });
  };

  return {
    async open() {
      const left = await records.closeActive(clock.now());
      if (left > 0) log.info("closed sessions that a former process left", { sessions: left });
      sweepLater();
    },
    reserve(client) {
      requireOpen();
      return table.reserve(client, clock.now());
    },
    add(session) {
      requireOpen();
      table.add(session);
      counts.started++;
      note(session, "active");
      tell(session, "started", "active");
    },
    all: () => table.all(),
    find: (id) => table.get(id),
    live(id) {
      const session = table.get(id);
      if (session !== undefined) return session;
      throw new ViewraError("SESSION_NOT_FOUND", "No such session plays: it ended or never was");
    },
    async ended(id) {
      const record = journal.pending(id) ?? (await records.find(id));
      if (record === null) throw new ViewraError("SESSION_NOT_FOUND");
      return record;
    },
    async beat(session, { positionSeconds, state, quality }) {
      const now = clock.now();
      table.touch(session, now);
      session.positionSeconds = Math.min(positionSeconds, session.delivered.durationSeconds);
      session.state = state;
      session.quality = quality ?? session.quality;
      const seen = isWatched(session);
      const { mediaFileId } = session.request;
      const position = seen ? 0 : session.positionSeconds;
      note(session, "active", { mediaFileId, position, at: now, isWatched: seen });
      await journal.flushed();
    },
    replace(session, replacement) {
      session.replacedBy = replacement;
      tell(session, "replaced", "active");
    },
    end,
    counts: () => ({ active: table.size, ...counts }),
    saveFailure: () => journal.failure(),
    async close() {
      isClosed = true;
      cancelSweep?.();
      for (const session of [...table.all()]) end(session);
      await journal.close();
    },
  };
}
