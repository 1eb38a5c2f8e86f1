import type { ArtBytes, ArtWish } from "../api/services.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { artFormat, artWidth } from "../library/artwork/art-format.ts";
import type { Artwork } from "../library/artwork/artwork.ts";
import { openFile } from "./open-media-file.ts";
import type { ReachableFilm } from "./reachable-film.ts";

/** Pictures of media files by id, as the API asks for them. */
export function createArtworkAccess(
  reach: (mediaFileId: string) => Promise<ReachableFilm>,
  artwork: Artwork,
): (mediaFileId: string, wish: ArtWish, signal: AbortSignal) => Promise<ArtBytes> {
  return async (id, { kind, width, accept }, signal) => {
    const { path, source } = await reach(id);
    const format = artFormat(accept);
    const request = { kind, width: artWidth(width), format };
    const bytes = await openFile(await artwork.make(path, source, request, signal));
    if (bytes === null) throw new ViewraError("INTERNAL", "The picture vanished as it was made");
    return { bytes, mediaType: format.mediaType };
  };
}
