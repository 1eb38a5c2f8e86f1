import type { StreamPart } from "../../media/source.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanSource } from "../rendition.ts";
import type { TextTrack, TextTracks } from "./text-tracks.ts";

/** Which text of a film is meant. */
export interface NamedText {
  /** Stream index in the source. */
  readonly track: number;
  /** FFmpeg's name. */
  readonly codec: string;
  /** BCP 47. */
  readonly language: string;
  /** Of one that lies beside the film: SHA-256 of its bytes. */
  readonly sideSha256?: string | undefined;
  /** Of one that is a part of a stream: which. */
  readonly part?: StreamPart | undefined;
  /** Of the film's pictures, where the text counts by them. */
  readonly framesPerSecond?: number | null | undefined;
}

/** A text on its own clock, and where the content begins on that one. Errors as of `TextTracks`. */
export async function readText(
  texts: TextTracks,
  film: LocatedSource,
  source: PlanSource,
  { track, codec, language, sideSha256, part, framesPerSecond = null }: NamedText,
): Promise<TextTrack & { readonly zeroMs: number }> {
  if (sideSha256 === undefined) {
    const text =
      part === undefined
        ? await texts.read(film, source, track)
        : await texts.readPart(film, source, part);
    return { ...text, zeroMs: source.originMicroseconds / 1000 };
  }
  const side = { sha256: sideSha256, codec, language, framesPerSecond };
  // What lies beside a film counts from its beginning.
  return { ...(await texts.readSide(film, side)), zeroMs: 0 };
}
