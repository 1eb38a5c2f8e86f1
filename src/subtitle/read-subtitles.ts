import { ViewraError } from "../errors/viewra-error.ts";
import type { Cue } from "./cue.ts";
import { readAss, type AssFile } from "./read-ass.ts";
import { readMicroDvd, readMpl2 } from "./read-microdvd.ts";
import { readSami } from "./read-sami.ts";
import { readSubRip } from "./read-subrip.ts";
import { readSubViewer } from "./read-subviewer.ts";
import { readTtml } from "./read-ttml.ts";
import { readWebVtt } from "./webvtt.ts";

/** What a file holds: a script of SubStation Alpha, or, of all other notations, cues in order of time. */
export type Subtitles =
  | { readonly script: AssFile; readonly cues: null }
  | { readonly script: null; readonly cues: readonly Cue[] };

export interface SubtitleHints {
  /** What its name says of the notation, as FFmpeg calls it: `subrip`, `ass`, `webvtt`, `microdvd`, `sami`, `ttml`, `sbv`. */
  readonly codec: string;
  /** BCP 47: of a file in several languages that one is read. */
  readonly language: string;
  /** The film's, for files whose times are its pictures; null where nobody knows. */
  readonly framesPerSecond: number | null;
}

/** A film of a day in which somebody speaks all the time has half of it. */
const mostCharacters = 4 * 1024 * 1024;

/** Comments may stand before it. */
const scriptBeginning = /^(?:[;!][^\n]*\n\s*)*\[(?:script info|v4\+? styles\+?|events)\]/iu;

/**
 * A file of subtitles in whatever notation it is: what it looks like goes before what it is called. Null for what is
 * no subtitles at all. MEDIA_UNSUPPORTED for more than is read at once without holding up others; scripts, which may
 * have every sign of every picture in them, are of any length.
 */
export function readSubtitles(file: string, hints: SubtitleHints): Subtitles | null {
  // Some programs pad with zeros, and some files have two marks of their encoding.
  const text = file.replaceAll(/\0+/g, "").replace(/^[\s\u{FEFF}]+/u, "");
  const beginning = text.slice(0, 4096);
  const script = hints.codec === "ass" || scriptBeginning.test(beginning) ? readAss(text) : null;
  if (script !== null) return { script, cues: null };
  if (text.length > mostCharacters) {
    const message = `The subtitles are ${Math.round(text.length / 1e6)} million letters, more than any film has`;
    throw new ViewraError("MEDIA_UNSUPPORTED", message);
  }
  const inNotation = (cues: readonly Cue[]): Subtitles => ({ script: null, cues });
  if (/^WEBVTT(?![^\s])/.test(beginning)) return inNotation(readWebVtt(text));
  if (/^<[^>]*\bSAMI\b/i.test(beginning) || (hints.codec === "sami" && beginning.startsWith("<"))) {
    const cues = readSami(text, hints.language);
    if (cues !== null) return inNotation(cues);
  }
  if (beginning.startsWith("<")) {
    const cues = readTtml(text);
    if (cues !== null) return inNotation(cues);
  }
  const inFrames = (): Cue[] => readMicroDvd(text, hints.framesPerSecond);
  const readers: readonly (() => Cue[])[] = [
    ...(hints.codec === "webvtt" ? [() => readWebVtt(text)] : []),
    // A text of the others may look like these.
    ...(/^(?:\{DEFAULT\}.*\s+)?\{\d{1,9}\}\{\d{0,9}\}/.test(beginning) ? [inFrames] : []),
    ...(/^\[\d{1,9}\]\[\d{0,9}\]/.test(beginning) ? [() => readMpl2(text)] : []),
    () => readSubRip(text),
    () => readSubViewer(text),
    inFrames,
    () => readMpl2(text),
  ];
  for (const read of readers) {
    const cues = read();
    if (cues.length > 0) return inNotation(cues);
  }
  return null;
}
