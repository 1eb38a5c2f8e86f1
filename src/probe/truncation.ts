import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import type { Tails } from "./packet-tail.ts";
import { hasStrays } from "./stray-stamps.ts";
import { fileEnd, measureSpan } from "./track-span.ts";

/** A header's rounding is no missing end; two pictures come on top. */
const leewaySeconds = 1;

/**
 * Where the header says a film ends, on its clock, when the film ends earlier; null for a whole film.
 *
 * `primary` is the stream that decides how long the film is. Where only the file as a whole has a length
 * (Matroska without statistics), its pictures may well end before a late sound or subtitle does: then the
 * last packet of any stream is what must reach that length.
 */
export function missingEnd(
  output: FfprobeOutput,
  tails: Tails,
  primary: FfprobeStream,
  pictureSeconds: number,
): number | null {
  const { format } = output;
  const span = measureSpan(primary, format, tails.get(primary.index));
  if (!span.isMeasured || hasStrays(tails)) return null;
  const [declared, reached] =
    span.ownEndSeconds === undefined
      ? [fileEnd(format), latestEnd(output, tails)]
      : [span.ownEndSeconds, span.endTimeSeconds];
  if (declared === undefined) return null;
  return declared - reached > leewaySeconds + 2 * pictureSeconds ? declared : null;
}

function latestEnd({ streams, format }: FfprobeOutput, tails: Tails): number {
  const ends = streams
    .map((stream) => measureSpan(stream, format, tails.get(stream.index)))
    .filter((span) => span.isMeasured)
    .map((span) => span.endTimeSeconds);
  return Math.max(...ends);
}
