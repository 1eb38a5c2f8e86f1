import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import type { Tails } from "./packet-tail.ts";
import { measureSpan, type MeasuredSpan } from "./track-span.ts";
import { trackStreams } from "./tracks.ts";

/** Beyond the other tracks by more than this, a time stamp must have something to stand on. */
const farSeconds = 60;

/**
 * Spans of a file's tracks, without what a few stray time stamps claim: a track whose stamps leap far ahead,
 * to where no other track comes, ends before the leap; a sound track that only begins long after the
 * pictures have ended is none. Neither may make six seconds of film last ten hours. Subtitles and data
 * never decide about the length.
 */
export function believableSpans(output: FfprobeOutput, tails: Tails): Map<number, MeasuredSpan> {
  const spans = new Map(
    output.streams.map((stream) => {
      const span = measureSpan(stream, output.format, tails.get(stream.index));
      return [stream.index, span];
    }),
  );
  const { video, audio } = trackStreams(output.streams);
  const tracks = [...(video ? [video] : []), ...audio];
  const leapEnd = ({ index }: FfprobeStream): number | undefined => tails.get(index)?.endBeforeLeap;
  const end = ({ index }: FfprobeStream): number => spans.get(index)?.endTimeSeconds ?? -Infinity;
  for (const stream of tracks) {
    const span = spans.get(stream.index);
    const ownEnd = leapEnd(stream);
    if (span === undefined || ownEnd === undefined) continue;
    const others = tracks.filter((other) => other !== stream);
    if (others.length === 0) continue;
    const sure = Math.max(ownEnd, ...others.map((other) => leapEnd(other) ?? end(other)));
    if (span.endTimeSeconds > sure + farSeconds) spans.set(stream.index, ending(span, ownEnd));
  }
  for (const stream of farSound(output, spans)) {
    const begin = tails.get(stream.index)?.firstTime;
    const span = spans.get(stream.index);
    if (video === undefined || span === undefined || begin === undefined) continue;
    if (begin <= end(video) + farSeconds) continue;
    spans.set(stream.index, { ...ending(span, begin), startTimeSeconds: begin });
  }
  return spans;
}

/** Whether a track of a few stray time stamps was met: what the header says of the length is theirs, too. */
export function hasStrays(tails: Tails): boolean {
  return [...tails.values()].some(({ endBeforeLeap }) => endBeforeLeap !== undefined);
}

/** Sound that goes on long after the pictures, if it does. */
function farSound(
  { streams }: FfprobeOutput,
  spans: ReadonlyMap<number, MeasuredSpan>,
): FfprobeStream[] {
  const { video, audio } = trackStreams(streams);
  const picturesEnd = video && spans.get(video.index)?.endTimeSeconds;
  if (picturesEnd === undefined) return [];
  return audio.filter(({ index }) => {
    return (spans.get(index)?.endTimeSeconds ?? 0) > picturesEnd + farSeconds;
  });
}

/**
 * The tails of a file whose sound seems to outlast its pictures by far, with what a look behind the last
 * picture tells: whether the sound goes on there or only begins, or leaps, much later.
 */
export async function lookBehindPictures(
  output: FfprobeOutput,
  tails: Tails,
  packetsFrom: (seconds: number) => Promise<Tails>,
): Promise<Tails> {
  const spans = believableSpans(output, withoutFirst(tails));
  const far = farSound(output, spans);
  const { video } = trackStreams(output.streams);
  const picturesEnd = video && spans.get(video.index)?.endTimeSeconds;
  if (far.length === 0 || picturesEnd === undefined) return withoutFirst(tails);
  const seen = await packetsFrom(picturesEnd - 1);
  const merged = new Map(withoutFirst(tails));
  for (const { index } of far) {
    const [tail, look] = [merged.get(index) ?? seen.get(index), seen.get(index)];
    if (tail === undefined) continue;
    const endBeforeLeap = tail.endBeforeLeap ?? look?.endBeforeLeap;
    merged.set(index, { ...tail, firstTime: look?.firstTime, endBeforeLeap });
  }
  return merged;
}

/** After a seek the first packet met is not the first of the track. */
function withoutFirst(tails: Tails): Tails {
  return new Map([...tails].map(([index, tail]) => [index, { ...tail, firstTime: undefined }]));
}

function ending(span: MeasuredSpan, endTimeSeconds: number): MeasuredSpan {
  return {
    ...span,
    endTimeSeconds,
    ownEndSeconds: endTimeSeconds,
    declaredEndSeconds: endTimeSeconds,
    isMeasured: true,
  };
}
