import type { FileBytes } from "../api/services.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Library } from "../library/create-library.ts";
import type { Posters } from "../library/posters.ts";
import { openMediaFile } from "./open-media-file.ts";

/** Posters of media files by id, as the API asks for them. */
export function createPosterAccess(
  library: Library,
  posters: Posters,
): (mediaFileId: string) => Promise<FileBytes> {
  return async (id) => {
    const { path, status, source, reason } = await library.getFile(id);
    if (status === "missing") throw new ViewraError("MEDIA_MISSING");
    if (source === null) throw new ViewraError("MEDIA_UNREADABLE", reason ?? undefined);
    const bytes = await openMediaFile(await posters.make(path, source));
    if (bytes === null) throw new ViewraError("INTERNAL", "The poster vanished as it was made");
    return bytes;
  };
}
