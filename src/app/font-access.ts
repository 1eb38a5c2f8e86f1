import type { FileFont } from "../api/services.ts";
import { readFonts } from "../demux/matroska/read-fonts.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { openFile } from "./open-media-file.ts";
import type { ReachableFilm } from "./reachable-film.ts";

/** The fonts of media files by id, as the API asks for them: parts of the films, which are read when they are sent. */
export function createFontAccess(
  reach: (mediaFileId: string) => Promise<ReachableFilm>,
): (mediaFileId: string) => Promise<readonly FileFont[]> {
  return async (id) => {
    const { path, source } = await reach(id);
    if (!source.container.includes("matroska")) return [];
    const film = await openFile(path);
    if (film === null) throw new ViewraError("MEDIA_MISSING");
    return (await readFonts(path)).map(({ name, start, end }) => ({
      name,
      bytes: {
        sizeBytes: end - start,
        modifiedMs: film.modifiedMs,
        slice: (from, to) => film.slice(start + from, Math.min(end, start + to)),
      },
    }));
  };
}
