import { ViewraError } from "../errors/viewra-error.ts";

/**
 * A part of a file in which one clock runs: recordings joined byte by byte, or a broadcast whose sender
 * was restarted. FFmpeg reads each as a file of its own and puts them one after the other.
 */
export interface SourcePiece {
  readonly startByte: number;
  readonly endByte: number;
  /** From the piece's first moment to the next piece's, so that pictures follow without gap or overlap. */
  readonly durationMicroseconds: number;
}

/** How FFmpeg and ffprobe open a media file: options that come before its name, and the name. */
export interface SourceInput {
  readonly options: readonly string[];
  readonly url: string;
}

/**
 * A file as FFmpeg's input. Absolute path.
 *
 * One in pieces is opened through FFmpeg's own concatenation: a script in the command line itself names
 * byte ranges of the one file, and `container` is the only demuxer that may read them. A file can therefore
 * not smuggle in a script of its own. Time counts from the first piece's first moment, evenly over all.
 * Throws MEDIA_UNSUPPORTED for a name with a line break, which would be a line of that script.
 */
export function sourceInput(
  path: string,
  container: string,
  pieces: readonly SourcePiece[] | undefined,
): SourceInput {
  if (pieces === undefined) return fileInput(path);
  if (/[\n\r\0]/.test(path)) {
    const message =
      "The clock of the recording jumps, and its name has a line break in it: rename it";
    throw new ViewraError("MEDIA_UNSUPPORTED", message);
  }
  const script = pieces.flatMap((piece) => [
    `file ${quoted(rangeUrl(path, piece))}`,
    `option format_whitelist ${container}`,
    "option protocol_whitelist file,subfile",
    `duration ${piece.durationMicroseconds}us`,
  ]);
  const text = Buffer.from(["ffconcat version 1.0", ...script, ""].join("\n")).toString("base64");
  return {
    options: [
      ...["-protocol_whitelist", "file,subfile,data"],
      ...["-format_whitelist", `concat,${container}`],
      ...["-f", "concat", "-safe", "0"],
    ],
    url: `data:text/plain;base64,${text}`,
  };
}

/** A whole file as FFmpeg's input, whatever its name. */
export function fileInput(path: string): SourceInput {
  return { options: [], url: `file:${path}` };
}

/** One piece alone, on its own clock. */
export function pieceInput(
  path: string,
  container: string,
  piece: Pick<SourcePiece, "startByte" | "endByte">,
): SourceInput {
  return {
    options: ["-protocol_whitelist", "file,subfile", "-format_whitelist", container],
    url: rangeUrl(path, piece),
  };
}

function rangeUrl(path: string, piece: Pick<SourcePiece, "startByte" | "endByte">): string {
  return `subfile,,start,${piece.startByte},end,${piece.endByte},,:file:${path}`;
}

/** FFmpeg's quoting: nothing is special between single quotes but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
