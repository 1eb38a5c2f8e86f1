import type { FileText } from "../api/services.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { sourceTraits } from "../rendition/located-source.ts";
import { encodedOrigin, planSource } from "../rendition/build-plan.ts";
import { countedBy } from "../rendition/text/plan-text.ts";
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
    // Players of the file count as those of a content do: encoders' priming before the pictures is not shown.
    const zeroSeconds = encodedOrigin(source);
    const film = { path, state, ...sourceTraits(source) };
    if (own.side !== undefined) {
      const { codec, language, side } = own;
      const { framesPerSecond = null } = codec === "microdvd" ? countedBy(source.video) : {};
      const text = { ...side, codec, language, framesPerSecond };
      return { ...(await texts.readSide(film, text)), zeroMs: 0 };
    }
    const plan = planSource(source, zeroSeconds);
    const text = await (own.part === undefined
      ? texts.read(film, plan, track)
      : texts.readPart(film, plan, own.part));
    return { ...text, zeroMs: zeroSeconds * 1000 };
  };
}
