import type { FileBytes } from "../api/services.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Library } from "../library/create-library.ts";
import type { Posters } from "../library/posters.ts";
import type { Reach } from "../library/reach.ts";
import { fileStat } from "../playback/file-stat.ts";
import { openFile } from "./open-media-file.ts";

/** Posters of media files by id, as the API asks for them. */
export function createPosterAccess(
  library: Pick<Library, "getFile">,
  reach: Pick<Reach, "follow">,
  posters: Posters,
): (mediaFileId: string, signal: AbortSignal) => Promise<FileBytes> {
  return async (id, signal) => {
    const { path, status, source, reason, fileSize, mtimeMs } = await library.getFile(id);
    if (status === "missing") throw new ViewraError("MEDIA_MISSING");
    if (status === "unreadable" || source === null) {
      throw new ViewraError("MEDIA_UNREADABLE", reason ?? undefined);
    }
    const real = await reach.follow(path);
    const found = await fileStat(real);
    if (found === null) throw new ViewraError("MEDIA_MISSING");
    if (found.sizeBytes !== fileSize || found.modifiedMs !== mtimeMs) {
      throw new ViewraError("MEDIA_CHANGED");
    }
    const bytes = await openFile(await posters.make(real, source, signal));
    if (bytes === null) throw new ViewraError("INTERNAL", "The poster vanished as it was made");
    return bytes;
  };
}
