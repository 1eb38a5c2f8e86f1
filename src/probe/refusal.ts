import { ViewraError } from "../errors/viewra-error.ts";
import type { ErrorCode } from "../errors/catalogue.ts";

/**
 * The error for a file that ffprobe itself turned down, by what it wrote to stderr; undefined when that
 * says nothing about the file.
 */
export function refusalOf(stderr: string): ViewraError | undefined {
  for (const [pattern, code, sentence] of refusals) {
    const match = pattern.exec(stderr);
    if (match === null) continue;
    const message = sentence.replace("$1", match[1] ?? "");
    return new ViewraError(code, message, { details: { stderr: stderr.slice(-2000) } });
  }
  return undefined;
}

const refusals: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /moov atom not found/,
    "MEDIA_UNREADABLE",
    "The file is cut off or damaged: the index of an MP4 (its moov box) is missing. Copy it again",
  ],
  [
    /Codec \((\w+)\) not on whitelist/,
    "MEDIA_UNSUPPORTED",
    "The file holds a track of the codec $1, which is not decoded here for safety",
  ],
  [
    /Format not on whitelist/,
    "MEDIA_UNREADABLE",
    "The file is not a film whatever its name says (a playlist, a picture or a text): remove or rename it",
  ],
  [
    /exceeds specified max pixel count|Picture size [1-9]\d*x[1-9]\d* is invalid/,
    "MEDIA_UNSUPPORTED",
    "The pictures of the file are larger than can be decoded (8192×8192 samples)",
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
    /Input\/output error|Stale file handle/,
    "MEDIA_UNREADABLE",
    "The system could not read the media file: check the disk or the network share",
  ],
];
