import { ViewraError } from "../errors/viewra-error.ts";
import { tidyChapters } from "../media/chapters.ts";
import { toNumber } from "../media/rational.ts";
import type { AudioTrack, Source, VideoTrack } from "../media/source.ts";
import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import { framePace } from "./frame-pace.ts";
import { musicTags } from "./music-tags.ts";
import type { StreamTail, Tails } from "./packet-tail.ts";
import { believableSpans } from "./stray-stamps.ts";
import { measureSpan, microseconds } from "./track-span.ts";
import {
  audioTrack,
  coverStreams,
  leftOutTracks,
  subtitleTrack,
  trackStreams,
  videoTrack,
  type TrackSpan,
} from "./tracks.ts";
import { nothingToPlay } from "./refusal.ts";
import { missingEnd } from "./truncation.ts";

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
  const spans = believableSpans(output, tails);
  const end = ({ index }: FfprobeStream): number => spans.get(index)?.endTimeSeconds ?? -Infinity;
  return video ?? audio.toSorted((a, b) => end(b) - end(a))[0];
}

/**
 * What ffprobe printed as a Source. Throws MEDIA_UNSUPPORTED when there is nothing to play in it,
 * MEDIA_UNREADABLE when there was but nothing of it is left.
 */
export function readSource(output: FfprobeOutput, tails: Tails, file: FileFacts): Source {
  const { format } = output;
  const streams = trackStreams(output.streams);
  const primary = primaryStream(output, tails);
  const leftOut = leftOutTracks(output.streams);
  if (primary === undefined) throw nothingToPlay(leftOut);
  const pace = framePace(primary, format.format_name, tails.get(primary.index));
  const pictureSeconds = pace.frameRate === null ? 0 : 1 / toNumber(pace.frameRate);
  const missing = missingEnd(output, tails, primary, pictureSeconds);
  const spans = believableSpans(output, tails);
  const whole = (stream: FfprobeStream): TrackSpan => {
    const { startTimeSeconds, endTimeSeconds } =
      spans.get(stream.index) ?? measureSpan(stream, format, tails.get(stream.index));
    return { startTimeSeconds, endTimeSeconds };
  };
  const good = (stream: FfprobeStream, limitSeconds: number): TrackSpan =>
    goodSpan(whole(stream), tails.get(stream.index), limitSeconds);
  const cutSeconds = missing === null ? null : good(primary, Infinity).endTimeSeconds;
  const span = (stream: FfprobeStream): TrackSpan =>
    cutSeconds === null ? whole(stream) : good(stream, cutSeconds);

  const video = streams.video ? videoTrack(streams.video, span(streams.video), pace) : null;
  const audio = streams.audio.map((stream) =>
    audioTrack(stream, span(stream), tails.get(stream.index)),
  );
  const subtitles = streams.subtitles.map((stream) => subtitleTrack(stream, span(stream)));
  const start = format.start_time ?? earliestStart(video, audio);
  const durationSeconds = microseconds(latestEnd(video, audio) - start);
  refuseLength(durationSeconds);
  return {
    ...file,
    container: format.format_name,
    startTimeSeconds: start,
    durationSeconds,
    bitrateBps: Math.round((file.sizeBytes * 8) / durationSeconds),
    video,
    audio,
    subtitles,
    leftOut,
    covers: coverStreams(output.streams),
    chapters: tidyChapters(output.chapters, start, start + durationSeconds),
    ...(streams.video === undefined && { music: musicTags(primary.tags, format.tags) }),
    truncated: missing === null ? null : { declaredDurationSeconds: microseconds(missing - start) },
  };
}

/** In a truncated file the last packet may be half a packet, and what no packet proves ends at the cut. */
function goodSpan(
  { startTimeSeconds, endTimeSeconds }: TrackSpan,
  tail: StreamTail | undefined,
  cutSeconds: number,
): TrackSpan {
  const limit = tail === undefined ? cutSeconds : (tail.completeEnd ?? tail.times[0] ?? Infinity);
  const end = microseconds(Math.min(endTimeSeconds, limit));
  return { startTimeSeconds, endTimeSeconds: Math.max(startTimeSeconds, end) };
}

function earliestStart(video: VideoTrack | null, audio: readonly AudioTrack[]): number {
  return Math.min(...[...(video ? [video] : []), ...audio].map((track) => track.startTimeSeconds));
}

function latestEnd(video: VideoTrack | null, audio: readonly AudioTrack[]): number {
  const lasting = audio.filter((track) => track.endTimeSeconds > track.startTimeSeconds);
  const audioEnd = Math.max(-Infinity, ...lasting.map((track) => track.endTimeSeconds));
  if (video === null) return audioEnd;
  const { endTimeSeconds } = video;
  return audioEnd > endTimeSeconds + soundOverhangSeconds ? audioEnd : endTimeSeconds;
}

function refuseLength(durationSeconds: number): void {
  if (!(durationSeconds > 0)) {
    throw new ViewraError(
      "MEDIA_UNREADABLE",
      "No picture or sound could be read from the file: it is cut off at its beginning, damaged, or next to empty",
    );
  }
  if (durationSeconds > longestSeconds) {
    const days = Math.round(durationSeconds / 86_400);
    throw new ViewraError("MEDIA_UNSUPPORTED", `The file claims to last ${days} days`);
  }
}
