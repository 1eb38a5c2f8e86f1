import type { Database } from "../db/database.ts";
import { getMediaFile } from "../db/media-files.ts";
import { closeInterruptedSessions, getSession, saveSessions } from "../db/transcode-sessions.ts";
import type { SideTexts } from "../library/side-texts.ts";
import type { PlaybackFiles, SessionRecords } from "./ports.ts";

/** Sessions and resume points in the database. */
export function createSessionRecords(db: Database): SessionRecords {
  return {
    save: (batch) => saveSessions(db, batch),
    find: async (id) => (await getSession(db, id)) ?? null,
    closeActive: (at) => closeInterruptedSessions(db, at),
  };
}

/** The library's media files. */
export function createPlaybackFiles(
  db: Database,
  stat: PlaybackFiles["stat"],
  sides: SideTexts,
): PlaybackFiles {
  return {
    stat,
    async find(id) {
      const file = await getMediaFile(db, id);
      if (file === undefined) return null;
      const { path, status, reasonCode, reason, fileSize, mtimeMs } = file;
      const source = file.source && (await sides.withTexts(path, file.source));
      return {
        ...{ id, path, status, reasonCode, reason, source },
        sizeBytes: fileSize,
        modifiedMs: mtimeMs,
      };
    },
  };
}
