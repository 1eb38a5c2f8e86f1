import fc from "fast-check";
import { rational } from "../../src/media/rational.ts";
import type { AudioTrack, Source, SubtitleTrack, VideoTrack } from "../../src/media/source.ts";
import { exampleAudio, exampleSource, exampleVideo } from "../media/example-source.ts";
import { hdr10, hlg } from "./source-shapes.ts";

export const codecProfiles: ReadonlyMap<string, readonly string[]> = new Map([
  ["h264", ["Main", "High", "High 10", "High 4:2:2"]],
  ["hevc", ["Main", "Main 10", "Rext"]],
  ["av1", ["Main", "Professional"]],
  ["vp9", ["Profile 0", "Profile 2"]],
  ["mpeg2video", ["Main"]],
]);

const sizes = [
  [640, 480],
  [1280, 720],
  [1920, 800],
  [1920, 1080],
  [3840, 2160],
] as const;

const arbitraryVideo: fc.Arbitrary<VideoTrack> = fc
  .constantFrom(...codecProfiles.keys())
  .chain((codec) =>
    fc.record({
      codec: fc.constant(codec),
      profile: fc.constantFrom(...(codecProfiles.get(codec) ?? []), null),
      level: fc.option(fc.nat(190), { nil: null }),
      codecTag: fc.constantFrom(null, "avc1", "hvc1", "hev1", "dvh1"),
      pixelFormat: fc.constantFrom("yuv420p", "yuv420p10le", "yuv422p10le", "yuv444p", null),
      size: fc.constantFrom(...sizes),
      frameRate: fc.constantFrom(rational(24000, 1001), rational(25), rational(60), null),
      range: fc.constantFrom({}, hdr10, hlg),
      dolbyVision: fc.option(
        fc.record({
          profile: fc.constantFrom(5, 7, 8),
          level: fc.integer({ min: 1, max: 13 }),
          compatibilityId: fc.constantFrom(0, 1, 2, 4, 6),
        }),
        { nil: null, freq: 2 },
      ),
      bitrateBps: fc.constantFrom(null, 1e6, 8e6, 8e7),
      isInterlaced: fc.boolean(),
      rotationDegrees: fc.constantFrom(0, 0, 90 as const),
      isMirrored: fc.boolean(),
      sampleAspectRatio: fc.constantFrom(rational(1), rational(1), rational(16, 11)),
    }),
  )
  .map(({ size: [width, height], range, rotationDegrees, ...rest }) =>
    exampleVideo({
      ...rest,
      ...range,
      width,
      height,
      rotationDegrees: rotationDegrees === 90 ? 90 : 0,
    }),
  );

const arbitraryAudio: fc.Arbitrary<AudioTrack> = fc
  .record({
    codec: fc.constantFrom("aac", "ac3", "eac3", "opus", "flac", "mp3", "dts", "truehd"),
    profile: fc.constantFrom("LC", "HE-AAC", null),
    channels: fc.constantFrom(1, 2, 6, 8),
    sampleRateHz: fc.constantFrom(44_100, 48_000, 96_000),
    bitDepth: fc.constantFrom(16, 24, null),
    isDefault: fc.boolean(),
  })
  .map((change) => exampleAudio(change));

const arbitrarySubtitle: fc.Arbitrary<SubtitleTrack> = fc
  .constantFrom("subrip", "ass", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_teletext")
  .map((codec) => ({
    ...{ index: 0, codec, language: "en", title: null, isDefault: false, isForced: false },
    ...{ isForHearingImpaired: false, isCommentary: false, startTimeSeconds: 0, endTimeSeconds: 9 },
  }));

/** Any film that a probe could tell of, whole and on one clock. */
export const wholeSource: fc.Arbitrary<Source> = fc
  .record({
    container: fc.constantFrom("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "mpegts", "avi"),
    video: fc.option(arbitraryVideo, { nil: null, freq: 10 }),
    audio: fc.array(arbitraryAudio, { maxLength: 4 }),
    bitrateBps: fc.constantFrom(1e6, 9e6, 9e7),
    leftOut: fc.constantFrom([], [{ kind: "audio" as const, index: 9, codec: null }]),
    chapters: fc.constant([]),
    subtitles: fc.array(arbitrarySubtitle, { maxLength: 2 }),
  })
  .filter(({ video, audio }) => video !== null || audio.length > 0)
  .map(({ audio, subtitles, ...rest }) =>
    exampleSource({
      ...rest,
      audio: audio.map((track, i) => ({ ...track, index: i + 1 })),
      subtitles: subtitles.map((track, i) => ({ ...track, index: i + 5 })),
    }),
  );

/** The same, and some that are cut off or joined. */
export const arbitrarySource: fc.Arbitrary<Source> = fc
  .tuple(wholeSource, fc.constantFrom("whole", "whole", "cut", "joined"))
  .map(([source, state]) => ({
    ...source,
    truncated: state === "cut" ? { declaredDurationSeconds: 9000 } : null,
    ...(state === "joined" && {
      pieces: [{ startByte: 0, endByte: 1000, durationMicroseconds: 1000 }],
    }),
  }));
