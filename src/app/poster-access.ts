import type { FileBytes } from "../api/services.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Posters } from "../library/posters.ts";
import { openFile } from "./open-media-file.ts";
import type { ReachableFilm } from "./reachable-film.ts";

/** Posters of media files by id, as the API asks for them. */
export function createPosterAccess(
  reach: (mediaFileId: string) => Promise<ReachableFilm>,
  posters: Posters,
): (mediaFileId: string, signal: AbortSignal) => Promise<FileBytes> {
  return async (id, signal) => {
    const { path, source } = await reach(id);
    const bytes = await openFile(await posters.make(path, source, signal));
    if (bytes === null) throw new ViewraError("INTERNAL", "The poster vanished as it was made");
    return bytes;
  };
}
