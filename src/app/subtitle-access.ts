import type { FileText } from "../api/services.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { sourceTraits } from "../rendition/located-source.ts";
import { planSource } from "../rendition/build-plan.ts";
import type { TextTracks } from "../rendition/text/text-tracks.ts";
import type { ReachableFilm } from "./reachable-film.ts";

/** Subtitles of media files by id and stream index, as the API asks for them. */
export function createSubtitleAccess(
  reach: (mediaFileId: string) => Promise<ReachableFilm>,
  texts: TextTracks,
): (mediaFileId: string, track: number) => Promise<FileText> {
  return async (id, track) => {
    const { path, state, source } = await reach(id);
    const own = source.subtitles.find(({ index }) => index === track);
    if (own === undefined) {
      const expected = source.subtitles.map(({ index }) => index);
      const message = `The file has no subtitles of the number ${track}`;
      throw new ViewraError("SUBTITLES_NOT_FOUND", message, { details: { expected, got: track } });
    }
    const { startTimeSeconds } = source;
    const film = { path, state, ...sourceTraits(source) };
    const text = await texts.read(film, planSource(source, startTimeSeconds), track);
    return { ...text, zeroMs: startTimeSeconds * 1000 };
  };
}
