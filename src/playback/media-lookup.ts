import { ViewraError } from "../errors/viewra-error.ts";
import type { Source } from "../media/source.ts";
import { createRecent } from "./recent.ts";
import type { Clock, FileState, PlaybackFiles, PlayableFile } from "./ports.ts";

/** A file that was probed and lies where it should, unchanged. */
export interface PlayableMedia {
  readonly file: PlayableFile;
  readonly source: Source;
  readonly onDisk: FileState;
}

/** How long a look at the disk is believed: many viewers may start one title within a second. */
const believedMs = 1000;
const kept = 1000;

/**
 * Finds media files that can be played now. Errors: MEDIA_NOT_FOUND, MEDIA_UNREADABLE with the reason of
 * the scan, MEDIA_MISSING and MEDIA_CHANGED as the disk says.
 */
export function createMediaLookup(
  files: PlaybackFiles,
  clock: Clock,
): (id: string) => Promise<PlayableMedia> {
  const recent = createRecent<PlayableMedia>(clock, believedMs, kept);
  return (id) => recent.get(id, () => look(files, id));
}

async function look(files: PlaybackFiles, id: string): Promise<PlayableMedia> {
  const file = await files.find(id);
  if (file === null) throw new ViewraError("MEDIA_NOT_FOUND", undefined, { details: { id } });
  if (file.status === "unreadable") throw unreadable(file);
  const onDisk = await files.stat(file.path);
  if (onDisk === null) throw new ViewraError("MEDIA_MISSING", undefined, { details: { id } });
  // A row marked missing whose file is back is as stale as one whose file changed: a scan sets both right.
  const isSame = onDisk.sizeBytes === file.sizeBytes && onDisk.modifiedMs === file.modifiedMs;
  if (!isSame || file.status === "missing") {
    throw new ViewraError("MEDIA_CHANGED", undefined, { details: { id } });
  }
  if (file.source === null) throw unreadable(file);
  return { file, source: file.source, onDisk };
}

function unreadable({ id, reasonCode, reason }: PlayableFile): ViewraError {
  const code = reasonCode === "MEDIA_UNSUPPORTED" ? "MEDIA_UNSUPPORTED" : "MEDIA_UNREADABLE";
  return new ViewraError(code, reason ?? undefined, { details: { id, reason_code: reasonCode } });
}
