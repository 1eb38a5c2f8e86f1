import type { StreamPart } from "../../media/source.ts";
import type { TextTrackRendition } from "../rendition.ts";

/** Subtitles of the film as WebVTT, on the content's clock. */
export interface TextRendition extends TextTrackRendition {
  readonly method: "text";
  readonly recipe: {
    readonly kind: "text";
    /** Raised when the same subtitles would come out as other text than before. */
    readonly revision: 2;
    /** The source's, as FFmpeg names it. */
    readonly codec: string;
    /** Of one that lies beside the film: SHA-256 of its bytes. */
    readonly sideSha256?: string | undefined;
    /** Of one that is a part of a stream: which. */
    readonly part?: StreamPart | undefined;
    /** Of the film's pictures, where the text counts by them. */
    readonly framesPerSecond?: number | undefined;
  };
}
