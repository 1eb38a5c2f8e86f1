import { stat } from "node:fs/promises";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import type { Library } from "../library/create-library.ts";
import type { SideTexts } from "../library/side-texts.ts";
import type { Reach } from "../library/reach.ts";
import { fileStateOf, type FileState } from "../media/file-state.ts";
import type { Source } from "../media/source.ts";

/** A media file that is what was probed, where its path really leads. */
export interface ReachableFilm {
  /** Absolute, links followed. */
  readonly path: string;
  readonly state: FileState;
  readonly source: Source;
}

/** Finds media files by id. MEDIA_NOT_FOUND, MEDIA_MISSING, MEDIA_CHANGED, MEDIA_UNREADABLE. */
export function createFilmReach(
  library: Pick<Library, "getFile">,
  reach: Pick<Reach, "follow">,
): (mediaFileId: string) => Promise<ReachableFilm> {
  return async (id) => {
    const { path, status, source, reason, fileSize, mtimeMs } = await library.getFile(id);
    if (status === "missing") throw new ViewraError("MEDIA_MISSING");
    if (status === "unreadable" || source === null) {
      throw new ViewraError("MEDIA_UNREADABLE", reason ?? undefined);
    }
    const real = await reach.follow(path);
    const state = await stateOf(real);
    if (state === null) throw new ViewraError("MEDIA_MISSING");
    if (state.size !== fileSize || Math.trunc(state.mtimeMs) !== mtimeMs) {
      throw new ViewraError("MEDIA_CHANGED");
    }
    return { path: real, state, source };
  };
}

/** The library with the texts that lie beside a film among those of the film. */
export function withSideTexts(library: Library, sides: SideTexts): Library {
  return {
    ...library,
    getFile: async (id) => {
      const file = await library.getFile(id);
      return { ...file, source: file.source && (await sides.withTexts(file.path, file.source)) };
    },
  };
}

/** null when it is gone or no regular file: a FIFO would hang every reader. */
async function stateOf(path: string): Promise<FileState | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? fileStateOf(found) : null;
  } catch (thrown) {
    if (errno(thrown) === "ENOENT" || errno(thrown) === "ENOTDIR") return null;
    throw thrown;
  }
}
