import { stat } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import { isSameState, type FileState } from "../media/file-state.ts";
import { isText } from "../media/decoded-codecs.ts";
import type { SideFile, Source, VideoTrack } from "../media/source.ts";
import type { FilmPictures } from "../plugin/sdk.ts";

/** A source file that is where it should be, with what of it decides how it is read. */
export interface LocatedSource extends SourceTraits {
  /** Absolute. */
  readonly path: string;
  /** What it was when it was found to be the film; left out where nobody looked. */
  readonly state?: FileState;
}

/** Throws MEDIA_MISSING when the film is not any more what it was when it was found. */
export async function requireSameFilm({
  path,
  state,
}: Pick<LocatedSource, "path" | "state">): Promise<void> {
  if (state === undefined) return;
  const found = await stat(path).catch(() => null);
  if (found === null || !isSameState(found, state)) {
    throw new ViewraError("MEDIA_MISSING", "The film was changed while it was read; scan again", {
      retryAfterSeconds: 30,
    });
  }
}

/** What of a source decides how it is read. */
export interface SourceTraits extends SeekTraits {
  /** Stream indexes of its subtitles that are text: who reads one of them reads all. */
  readonly textTracks: readonly number[];
  /** Those of them that are SubRip. */
  readonly subRipTracks: readonly number[];
  /** Texts that lie beside it. */
  readonly sideTexts: readonly SideFile[];
  /** How its pictures lie in it; left out where it has none, or nobody looked. */
  readonly pictures?: FilmPictures;
}

/** What of a source decides where FFmpeg lands when it is told to seek. */
export interface SeekTraits {
  /** FFmpeg's demuxer name. */
  readonly container: string;
  /** Frames by which its pictures may be decoded before they are shown. */
  readonly reorderFrames: number;
  /** Where its first picture is shown, seconds after the source's start time; 0 without pictures. */
  readonly firstPictureSeconds: number;
}

export function sourceTraits(source: Source): SourceTraits {
  const { container, video, startTimeSeconds, subtitles } = source;
  const texts = subtitles.filter(
    (track) => track.side === undefined && track.part === undefined && isText(track),
  );
  return {
    container,
    textTracks: texts.map(({ index }) => index),
    subRipTracks: texts.filter(({ codec }) => codec === "subrip").map(({ index }) => index),
    sideTexts: subtitles.flatMap(({ side }) => side ?? []),
    ...(video !== null && { pictures: picturesOf(video) }),
    reorderFrames: video?.reorderFrames ?? 0,
    firstPictureSeconds:
      video === null ? 0 : Math.max(0, video.startTimeSeconds - startTimeSeconds),
  };
}

function picturesOf(video: VideoTrack): FilmPictures {
  const { codec, width, height, sampleAspectRatio, pixelFormat, isFullRange } = video;
  return { codec, width, height, sampleAspectRatio, pixelFormat, isFullRange };
}
