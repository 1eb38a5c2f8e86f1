import type { ContentUse, SessionBatch, SessionRow } from "../db/transcode-sessions.ts";
import type { ResumePoint } from "../db/viewings.ts";

/** What is to be saved, the latest of each thing. */
export interface Notes {
  add(session: SessionRow, use: ContentUse, resume?: ResumePoint): void;
  session(id: string): SessionRow | undefined;
  isEmpty(): boolean;
  batch(): SessionBatch;
  /** Both together; where they differ the newer ones hold. */
  merged(newer: Notes): Notes;
}

export function createNotes(...earlier: readonly SessionBatch[]): Notes {
  const sessions = new Map<string, SessionRow>();
  const resumePoints = new Map<string, ResumePoint>();
  const contentUses = new Map<string, ContentUse>();
  const keepPoint = (point: ResumePoint): void => {
    // Who goes back at once has watched it all the same.
    const isWatched = point.isWatched || resumePoints.get(point.mediaFileId)?.isWatched === true;
    resumePoints.set(point.mediaFileId, { ...point, isWatched });
  };
  for (const batch of earlier) {
    for (const session of batch.sessions) sessions.set(session.id, session);
    for (const point of batch.resumePoints) keepPoint(point);
    for (const use of batch.contentUses) contentUses.set(use.contentHash, use);
  }
  const batch = (): SessionBatch => ({
    sessions: [...sessions.values()],
    resumePoints: [...resumePoints.values()],
    contentUses: [...contentUses.values()],
  });
  return {
    add(session, use, resume) {
      sessions.set(session.id, session);
      contentUses.set(use.contentHash, use);
      if (resume !== undefined) keepPoint(resume);
    },
    session: (id) => sessions.get(id),
    isEmpty: () => sessions.size === 0,
    batch,
    merged: (newer) => createNotes(batch(), newer.batch()),
  };
}
