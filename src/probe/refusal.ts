import { ViewraError } from "../errors/viewra-error.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { largestPicture, mostStreams } from "../media/ffmpeg-limits.ts";
import type { LeftOutTrack } from "../media/source.ts";

/**
 * The error for a file that ffprobe itself turned down, by what it wrote to stderr; undefined when that
 * says nothing about the file.
 */
export function refusalOf(stderr: string): ViewraError | undefined {
  if (saysPicturesTooLarge(stderr)) return picturesTooLarge();
  for (const [pattern, code, sentence] of refusals) {
    if (!pattern.test(stderr)) continue;
    return new ViewraError(code, sentence, { details: { stderr: stderr.slice(-2000) } });
  }
  return undefined;
}

export function saysPicturesTooLarge(stderr: string): boolean {
  return /exceeds specified max pixel count|Picture size [1-9]\d*x[1-9]\d* is invalid/.test(stderr);
}

export function picturesTooLarge(): ViewraError {
  const { width, height } = largestPicture;
  const message = `The pictures of the file are larger than can be decoded (${width}×${height} samples)`;
  return new ViewraError("MEDIA_UNSUPPORTED", message);
}

/** The decoders that ffprobe wanted to open and was not allowed to, by what it wrote to stderr. */
export function refusedDecoders(stderr: string): string[] {
  return [...stderr.matchAll(/Codec \(([\w-]+)\) not on whitelist/g)].flatMap(
    ([, name]) => name ?? [],
  );
}

/** The error for a file of which no picture and no sound is left. */
export function nothingToPlay(leftOut: readonly LeftOutTrack[]): ViewraError {
  const names = [...new Set(leftOut.map(({ codec }) => codec ?? "unknown"))];
  const message =
    names.length === 0
      ? "The file holds neither pictures nor sound, or was cut off before them"
      : names.every((name) => name === "unknown")
        ? "Nothing in the file can be played: it is cut off or damaged, or made of codecs that nobody knows here"
        : `Nothing in the file can be played: it is made of codecs that are not decoded here (${names.join(", ")})`;
  return new ViewraError("MEDIA_UNSUPPORTED", message);
}

const refusals: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /moov atom not found/,
    "MEDIA_UNREADABLE",
    "The file is cut off or damaged: the index of an MP4 (its moov box) is missing. Copy it again",
  ],
  [
    /Format not on whitelist/,
    "MEDIA_UNREADABLE",
    "What the file holds, whatever its name says, is of no kind that is played here: a playlist, a picture, a text, or a rare container",
  ],
  [
    /exceeds max_streams parameter|Error stream_count is/,
    "MEDIA_UNSUPPORTED",
    `The file has more tracks than can be played (${mostStreams})`,
  ],
  [
    /Permission denied/,
    "MEDIA_UNREADABLE",
    "Permission to read the media file was denied: let the user Viewra runs as read it",
  ],
  [/No such file or directory/, "MEDIA_MISSING", "The media file is no longer where it was"],
  [
    /Invalid data found|End of file|EBML header parsing failed|could not find codec parameters/,
    "MEDIA_UNREADABLE",
    "The file is not a media file, or its beginning is damaged: check it or copy it again",
  ],
  [
    // FFmpeg calls the end of such a file an input/output error.
    /File ended prematurely|Truncating packet of size/,
    "MEDIA_UNREADABLE",
    "The file is cut off or damaged: copy it again",
  ],
  [
    /Input\/output error|Stale file handle/,
    "MEDIA_UNREADABLE",
    "The system could not read the media file: check the disk or the network share",
  ],
];
