import { stat } from "node:fs/promises";
import type { Database } from "../db/database.ts";
import { distrustFile } from "../db/media-file-changes.ts";
import type { FileLocation } from "../db/media-files.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import { fileStateOf, isSameState, type FileState } from "../media/file-state.ts";
import { fingerprintFile } from "../probe/fingerprint.ts";
import { isAsProbed } from "./as-probed.ts";

/** Of so many films it is known that they are what they were: 16 blocks of each had to be read for that. */
const mostConfirmed = 10_000;

/**
 * What a film is now, every link of `path` followed, where it is the one that was probed; else null. Size and time can
 * be kept by whoever writes into a file (`rsync --inplace --times`), so its fingerprint is looked at as well, once a process
 * and state of the file. A file that turns out to be another is taken for changed from then on, until it is scanned.
 */
export type FilmCheck = (
  location: FileLocation,
  path: string,
  fingerprint: string,
) => Promise<FileState | null>;

/** What cannot be read now is not there; that this process has no descriptor left says nothing of the film. */
function unreadable(thrown: unknown): null {
  if (toViewraError(thrown).code === "SYSTEM_BUSY") throw thrown;
  return null;
}

export function createFilmCheck(db: Database): FilmCheck {
  const confirmed = new Map<string, FileState>();
  return async (location, path, fingerprint) => {
    const found = await stat(path).catch(() => null);
    if (found === null || !isAsProbed(found, location)) return null;
    const state = fileStateOf(found);
    const known = confirmed.get(`${fingerprint} ${path}`);
    if (known !== undefined && isSameState(known, state)) return state;
    const present = await fingerprintFile(path).catch(unreadable);
    if (present === null) return null;
    if (present !== fingerprint) {
      await distrustFile(db, location.id);
      return null;
    }
    if (confirmed.size >= mostConfirmed) confirmed.clear();
    confirmed.set(`${fingerprint} ${path}`, state);
    return state;
  };
}
