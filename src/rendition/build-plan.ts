import { ViewraError } from "../errors/viewra-error.ts";
import { frameBoundaries } from "../media/frame-boundaries.ts";
import { rational, type Rational } from "../media/rational.ts";
import type { AudioTrack, Source, VideoTrack } from "../media/source.ts";
import { shownAudio } from "./track-label.ts";
import { contentOrigin } from "./content-origin.ts";
import type { EncodedRendition } from "./encode/encoded-rendition.ts";
import { planBurnt } from "./encode/burnt/burnt-subtitles.ts";
import { conformedFrameRate } from "./encode/frame-rate.ts";
import { planEncodedAudio, type SoundOptions } from "./encode/plan-audio.ts";
import { encodedPictures, planEncodedVideo, type VideoEncodeOptions } from "./encode/plan-video.ts";
import type { Plan } from "./plan.ts";
import type { PlanSource } from "./rendition.ts";
import { planTexts } from "./text/plan-text.ts";
import { planTiles } from "./tiles/plan-tiles.ts";

export interface PlanOptions extends VideoEncodeOptions, SoundOptions {
  readonly segmentSeconds: number;
  /** Lengths of the first segments, where they are shorter: the first picture comes sooner. */
  readonly beginningSeconds?: readonly number[];
  /** Index of the subtitles that become part of the pictures. */
  readonly burntTrack?: number | undefined;
}

/** A plan of pictures and sound of which all is encoded. */
export interface EncodedPlan extends Plan {
  readonly renditions: readonly EncodedRendition[];
}

/** What a film without pictures is cut by: the samples of the sound that lasts longest, so that it ends with the last of them. */
export function soundOnlyRate(audio: readonly AudioTrack[]): Rational {
  const [longest] = audio.toSorted((a, b) => b.endTimeSeconds - a.endTimeSeconds);
  return rational(longest?.sampleRateHz || 48_000);
}

/**
 * The plan for a source of which every track is encoded: same source and options, same plan, on any machine.
 * Throws MEDIA_UNSUPPORTED when nothing in it can be played.
 */
export function buildPlan(source: Source, options: PlanOptions): Plan {
  const plan = encodedPlan(source, options);
  const tiles = planTiles(source.video, plan.boundaries);
  const texts = planTexts(source, options.burntTrack);
  return { ...plan, renditions: [...plan.renditions, ...texts, ...tiles] };
}

/** Its pictures and sound alone. */
export function encodedPlan(source: Source, options: PlanOptions): EncodedPlan {
  const { video } = source;
  // A film cut off early may name a track of which nothing is left.
  const audio = source.audio.filter((track) => track.endTimeSeconds > track.startTimeSeconds);
  requireTracks(video, audio);
  const frameRate = video === null ? soundOnlyRate(audio) : conformedFrameRate(video);
  const origin = encodedOrigin(source);
  const end = contentEnd(source, origin);
  const { segmentSeconds, beginningSeconds } = options;
  const pictures = encodedPictures(source, planBurnt(source, options.burntTrack));
  const boundaries = frameBoundaries(end - origin, frameRate, segmentSeconds, beginningSeconds);
  return {
    version: 2,
    source: planSource(source, origin),
    boundaries,
    renditions: [
      ...(pictures === null ? [] : planEncodedVideo(pictures, end, boundaries, frameRate, options)),
      ...shownAudio(audio).map(({ track, shown }) =>
        planEncodedAudio(track, shown, end, {
          ...options,
          container: source.container,
          hasPictures: video !== null,
        }),
      ),
    ],
  };
}

/** The zero of a content of which nothing is copied, on the source's clock, seconds. */
export function encodedOrigin({ video, audio, startTimeSeconds }: Source): number {
  const frameRate = video === null ? soundOnlyRate(audio) : conformedFrameRate(video);
  return contentOrigin(video?.startTimeSeconds ?? null, [startTimeSeconds], frameRate);
}

/** Throws MEDIA_UNSUPPORTED where nothing is left to be played. */
export function requireTracks(video: VideoTrack | null, audio: readonly AudioTrack[]): void {
  if (video !== null || audio.length > 0) return;
  throw new ViewraError("MEDIA_UNSUPPORTED", "The file holds neither pictures nor sound");
}

/** The last moment of a content that begins at `originSeconds`, on the source's clock. MEDIA_UNSUPPORTED where it has none. */
export function contentEnd(source: Source, originSeconds: number): number {
  const end = source.startTimeSeconds + source.durationSeconds;
  if (end - originSeconds > 0) return end;
  throw new ViewraError("MEDIA_UNSUPPORTED", "The file has no duration");
}

export function planSource(source: Source, originSeconds: number): PlanSource {
  return {
    fingerprint: source.fingerprint,
    originMicroseconds: Math.round(originSeconds * 1e6),
    ...(source.pieces && { joined: { container: source.container, pieces: source.pieces } }),
  };
}
