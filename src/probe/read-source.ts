import { ViewraError } from "../errors/viewra-error.ts";
import { toNumber } from "../media/rational.ts";
import type { Source } from "../media/source.ts";
import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import { framePace } from "./frame-pace.ts";
import type { Tails } from "./packet-tail.ts";
import { isTruncated, measureSpan, type MeasuredSpan } from "./track-span.ts";
import { audioTrack, subtitleTrack, trackStreams, videoTrack } from "./tracks.ts";

export interface FileFacts {
  readonly fingerprint: string;
  readonly sizeBytes: number;
}

/** A week: more is a broken clock, and would make a plan of a million segments. */
const longestSeconds = 7 * 24 * 3600;
/** Sound that outlasts the picture by less than this is padding. */
const soundOverhangSeconds = 1;

/** The stream that says how long the film is: its pictures, or the sound that lasts longest. */
export function primaryStream(output: FfprobeOutput, tails: Tails): FfprobeStream | undefined {
  const { video, audio } = trackStreams(output.streams);
  const end = (stream: FfprobeStream): number =>
    measureSpan(stream, output.format, tails.get(stream.index)).endTimeSeconds;
  return video ?? audio.toSorted((a, b) => end(b) - end(a))[0];
}

/** What ffprobe printed as a Source. Throws MEDIA_UNSUPPORTED when there is nothing to play in it. */
export function readSource(output: FfprobeOutput, tails: Tails, file: FileFacts): Source {
  const { format } = output;
  const streams = trackStreams(output.streams);
  const primary = primaryStream(output, tails);
  if (primary === undefined) {
    throw new ViewraError("MEDIA_UNSUPPORTED", "The file holds neither pictures nor sound");
  }
  const pace = framePace(primary, format.format_name, tails.get(primary.index));
  const pictureSeconds = pace.frameRate === null ? 0 : 1 / toNumber(pace.frameRate);
  const measured = measureSpan(primary, format, tails.get(primary.index));
  const truncated = isTruncated(measured, pictureSeconds);
  const span = (stream: FfprobeStream): MeasuredSpan => {
    const tail = tails.get(stream.index);
    const whole = measureSpan(stream, format, tail);
    return truncated ? { ...whole, endTimeSeconds: goodEnd(whole, tail?.completeEnd) } : whole;
  };

  const video = streams.video && videoTrack(streams.video, bare(span(streams.video)), pace);
  const audio = streams.audio.map((stream) => audioTrack(stream, bare(span(stream))));
  const subtitles = streams.subtitles.map((stream) => subtitleTrack(stream, bare(span(stream))));
  const start =
    format.start_time ??
    Math.min(...[...(video ? [video] : []), ...audio].map((track) => track.startTimeSeconds));
  const durationSeconds =
    end(
      video?.endTimeSeconds,
      audio.map((a) => a.endTimeSeconds),
    ) - start;
  refuseLength(durationSeconds);
  return {
    ...file,
    container: format.format_name,
    startTimeSeconds: start,
    durationSeconds,
    bitrateBps: Math.round((file.sizeBytes * 8) / durationSeconds),
    video: video ?? null,
    audio,
    subtitles,
    truncated: truncated
      ? { declaredDurationSeconds: (measured.declaredEndSeconds ?? start) - start }
      : null,
  };
}

/** The last packet of a truncated file may be half a packet. */
function goodEnd(span: MeasuredSpan, completeEnd: number | undefined): number {
  return Math.max(span.startTimeSeconds, Math.min(span.endTimeSeconds, completeEnd ?? Infinity));
}

function bare({ startTimeSeconds, endTimeSeconds }: MeasuredSpan) {
  return { startTimeSeconds, endTimeSeconds };
}

function end(videoEnd: number | undefined, audioEnds: readonly number[]): number {
  const audioEnd = Math.max(-Infinity, ...audioEnds);
  if (videoEnd === undefined) return audioEnd;
  return audioEnd > videoEnd + soundOverhangSeconds ? audioEnd : videoEnd;
}

function refuseLength(durationSeconds: number): void {
  if (!(durationSeconds > 0)) {
    throw new ViewraError(
      "MEDIA_UNREADABLE",
      "No picture or sound could be read from the file: it is cut off at its beginning or damaged",
    );
  }
  if (durationSeconds > longestSeconds) {
    const days = Math.round(durationSeconds / 86_400);
    throw new ViewraError("MEDIA_UNSUPPORTED", `The file claims to last ${days} days`);
  }
}
