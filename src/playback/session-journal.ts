import type { Logger } from "../log/logger.ts";
import type { Clock, ResumePoint, SessionRecord, SessionRecords } from "./ports.ts";

/**
 * Sessions on their way to the database. Writes of a moment go in one transaction: a thousand starts a
 * second cost one fsync every `gatherMs`, and a session started and stopped within it is one row.
 */
export interface SessionJournal {
  /** Takes note at once; on disk within `gatherMs`, unless the database refuses. */
  note(session: SessionRecord, resume?: ResumePoint): void;
  /** A session whose latest state has not reached the database yet. */
  pending(id: string): SessionRecord | undefined;
  /** Resolves when all that was noted so far is on disk; rejects when the database refuses it. */
  flushed(): Promise<void>;
  /** Why the last write failed; null when it did not. */
  failure(): string | null;
  /** Writes what is left and stops. */
  close(): Promise<void>;
}

const gatherMs = 100;
const retryMs = 2000;

/** A journal that writes to `records`. What the database refuses is kept and tried again. */
export function createSessionJournal(
  records: Pick<SessionRecords, "save">,
  clock: Clock,
  log: Logger,
): SessionJournal {
  let sessions = new Map<string, SessionRecord>();
  let resumes = new Map<string, ResumePoint>();
  let failure: string | null = null;
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  let inFlight: ReadonlyMap<string, SessionRecord> = new Map();
  let isClosed = false;

  const arm = (milliseconds: number): void => {
    if (cancelTimer !== undefined || isClosed) return;
    cancelTimer = clock.after(milliseconds, () => {
      cancelTimer = undefined;
      // `flushed` tells whoever waits; this timer tells the log and tries again.
      write().catch(() => arm(retryMs));
    });
  };

  const write = (): Promise<void> => {
    // One transaction after the other: a later state of a session must not be overtaken by an earlier.
    writing = writing.catch(() => undefined).then(writeBatch);
    return writing;
  };

  const writeBatch = async (): Promise<void> => {
    if (sessions.size === 0 && resumes.size === 0) return;
    const [batch, points] = [sessions, resumes];
    sessions = new Map();
    resumes = new Map();
    inFlight = batch;
    try {
      await records.save([...batch.values()], [...points.values()]);
      if (failure !== null) log.info("sessions are being saved again");
      failure = null;
    } catch (error) {
      // What was noted meanwhile is newer and wins.
      sessions = new Map([...batch, ...sessions]);
      resumes = new Map([...points, ...resumes]);
      failure = error instanceof Error ? error.message : String(error);
      log.error("sessions could not be saved, will try again", { error, sessions: sessions.size });
      throw error;
    } finally {
      inFlight = new Map();
    }
  };

  return {
    note(session, resume) {
      sessions.set(session.id, session);
      if (resume !== undefined) resumes.set(resume.mediaFileId, resume);
      arm(gatherMs);
    },
    pending: (id) => sessions.get(id) ?? inFlight.get(id),
    flushed: async () => {
      try {
        await write();
      } catch (error) {
        arm(retryMs);
        throw error;
      }
    },
    failure: () => failure,
    async close() {
      isClosed = true;
      cancelTimer?.();
      cancelTimer = undefined;
      await write();
    },
  };
}
