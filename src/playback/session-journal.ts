import type { Logger } from "../log/logger.ts";
import { createNotes } from "./journal-notes.ts";
import type { ContentUse, SessionRow } from "../db/transcode-sessions.ts";
import type { ResumePoint } from "../db/viewings.ts";
import type { Clock, SessionRecords } from "./ports.ts";

/**
 * Sessions on their way to the database. Writes of a moment go in one transaction: a thousand starts a
 * second cost ten fsyncs, and a session started and stopped within a moment is one row.
 */
export interface SessionJournal {
  /** Takes note at once; on disk within `gatherMs`, unless the database refuses. */
  note(session: SessionRow, use: ContentUse, resume?: ResumePoint): void;
  /** A session whose latest state has not reached the database yet. */
  pending(id: string): SessionRow | undefined;
  /** Resolves when all that was noted so far is on disk; rejects when the database refuses it. */
  flushed(): Promise<void>;
  /** Why the last write failed; null when it did not. */
  failure(): string | null;
  /** Writes what is left and stops. */
  close(): Promise<void>;
}

const gatherMs = 250;
const retryMs = 2000;

/** A journal that writes to `records`. What the database refuses is kept and tried again. */
export function createSessionJournal(
  records: Pick<SessionRecords, "save">,
  clock: Clock,
  log: Logger,
): SessionJournal {
  let notes = createNotes();
  let inFlight = createNotes();
  let failure: string | null = null;
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isClosed = false;

  const arm = (milliseconds: number): void => {
    if (cancelTimer !== undefined || isClosed) return;
    cancelTimer = clock.after(milliseconds, () => {
      cancelTimer = undefined;
      // `flushed` tells whoever waits; this timer tries again. The log has it either way.
      write().catch(() => arm(retryMs));
    });
  };

  const write = (): Promise<void> => {
    // One after the other: a later state of a session must not be overtaken by an earlier one.
    writing = writing.catch(() => undefined).then(writeBatch);
    return writing;
  };

  const writeBatch = async (): Promise<void> => {
    if (notes.isEmpty()) return;
    inFlight = notes;
    notes = createNotes();
    try {
      await records.save(inFlight.batch());
      if (failure !== null) log.info("sessions are being saved again");
      failure = null;
    } catch (error) {
      // What was noted meanwhile is newer and wins.
      notes = inFlight.merged(notes);
      failure = error instanceof Error ? error.message : String(error);
      log.error("sessions could not be saved, will try again", { error });
      throw error;
    } finally {
      inFlight = createNotes();
    }
  };

  return {
    note(session, use, resume) {
      notes.add(session, use, resume);
      arm(gatherMs);
    },
    pending: (id) => notes.session(id) ?? inFlight.session(id),
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
