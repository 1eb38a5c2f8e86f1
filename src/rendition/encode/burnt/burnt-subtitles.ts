import { isBurnable, isText } from "../../../media/decoded-codecs.ts";
import { displaySize } from "../../../media/display-size.ts";
import type { Source, StreamPart } from "../../../media/source.ts";
import { countedBy } from "../../text/plan-text.ts";

/** Subtitles that are drawn into the pictures: with the recipe, all that decides what is seen. */
export interface BurntSubtitles {
  /** Raised when the same subtitles would be drawn otherwise than before. */
  readonly revision: 1;
  readonly of: "text" | "pictures";
  /** Stream index in the source; of what lies beside it, as its list of subtitles has it. */
  readonly track: number;
  /** The source's, as FFmpeg names it. */
  readonly codec: string;
  /** BCP 47: how text beside a film is encoded is told by it. */
  readonly language: string;
  /** Of text that lies beside the film: SHA-256 of its bytes. */
  readonly sideSha256?: string | undefined;
  /** Of text that is a part of a stream: which. */
  readonly part?: StreamPart | undefined;
  /** Of the film's pictures, where the text counts by them. */
  readonly framesPerSecond?: number | undefined;
  /** The film's pictures as they are coded: what places are often meant in. */
  readonly coded: PictureSize;
  /** The same as they are shown: what the looks of text are meant for. */
  readonly shown: PictureSize;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The subtitles of an index as part of a film's pictures; undefined where there are none, or none that can be. */
export function planBurnt(
  { video, subtitles }: Pick<Source, "video" | "subtitles">,
  index: number | undefined,
): BurntSubtitles | undefined {
  const own = subtitles.find((track) => track.index === index);
  if (own === undefined || video === null || !isBurnable(own)) return undefined;
  const { codec, language, side, part } = own;
  return {
    revision: 1,
    of: isText(own) ? "text" : "pictures",
    ...{ track: own.index, codec, language },
    ...(side && { sideSha256: side.sha256 }),
    ...(part && { part }),
    ...(codec === "microdvd" && countedBy(video)),
    coded: { width: video.width, height: video.height },
    shown: displaySize(video),
  };
}
