import * as v from "valibot";
import type { Chapter } from "../media/chapters.ts";
import { hdrMetadataSchema } from "../media/hdr-metadata.ts";
import { languageOf } from "../media/language.ts";
import { musicBrainzKinds, type MusicTags, type Numbered } from "../media/music-tags.ts";
import type { Rational } from "../media/rational.ts";
import {
  chromaLocations,
  matrixNames,
  primariesNames,
  transferNames,
  type ColorTags,
} from "../media/color.ts";
import type {
  AudioTrack,
  DolbyVision,
  LeftOutTrack,
  Source,
  StreamPart,
  SubtitleTrack,
  VideoTrack,
} from "../media/source.ts";

/** Raised when `Source` changes its form or meaning: files probed before are probed again by a scan. */
export const sourceVersion = 10;

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const seconds = v.pipe(v.number(), v.finite());
const bitrateBps = v.nullable(v.pipe(v.number(), v.minValue(0)));

const rational: v.GenericSchema<unknown, Rational> = v.object({
  num: v.pipe(v.number(), v.safeInteger()),
  den: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});

const color: v.GenericSchema<unknown, ColorTags> = v.object({
  matrix: v.nullable(v.picklist(matrixNames)),
  primaries: v.nullable(v.picklist(primariesNames)),
  transfer: v.nullable(v.picklist(transferNames)),
  chromaLocation: v.nullable(v.picklist(chromaLocations)),
});

const track = {
  index,
  codec: v.string(),
  language: v.string(),
  title: v.nullable(v.string()),
  isDefault: v.boolean(),
  startTimeSeconds: seconds,
  endTimeSeconds: seconds,
};

/** What rows of earlier versions do not say: they play as they did until a scan probes the file again. */
const absentInOldRows = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.optional(v.nullable(schema), null);

/** Rows of earlier versions hold the file's own code. */
const withLanguage = <T extends { readonly language: string; readonly title: string | null }>(
  track: T,
): T => ({ ...track, language: languageOf(track.language, track.title) });

const dolbyVision: v.GenericSchema<unknown, DolbyVision> = v.object({
  profile: index,
  level: index,
  compatibilityId: index,
});

const videoTrack: v.GenericSchema<unknown, VideoTrack> = v.object({
  ...track,
  profile: v.nullable(v.string()),
  level: absentInOldRows(index),
  codecTag: absentInOldRows(v.string()),
  dolbyVision: absentInOldRows(dolbyVision),
  hdrMetadata: absentInOldRows(hdrMetadataSchema),
  width: count,
  height: count,
  sampleAspectRatio: rational,
  rotationDegrees: v.picklist([0, 90, 180, 270]),
  isMirrored: v.boolean(),
  frameRate: v.nullable(rational),
  isVariableFrameRate: v.boolean(),
  isInterlaced: v.boolean(),
  reorderFrames: index,
  pixelFormat: v.nullable(v.string()),
  isFullRange: v.optional(v.boolean()),
  isHdr: v.boolean(),
  color: v.nullable(color),
  bitrateBps,
});

const audioTrack: v.GenericSchema<unknown, AudioTrack> = v.object({
  ...track,
  profile: v.nullable(v.string()),
  bitDepth: absentInOldRows(count),
  channels: count,
  channelLayout: v.nullable(v.string()),
  sampleRateHz: count,
  packetTimeSeconds: v.nullable(seconds),
  bitrateBps,
  isCommentary: v.boolean(),
  isDescription: v.optional(v.boolean(), false),
});

const streamPart: v.GenericSchema<unknown, StreamPart> = v.object({
  stream: index,
  codec: v.string(),
  service: v.string(),
});

const subtitleTrack: v.GenericSchema<unknown, SubtitleTrack> = v.object({
  ...track,
  isForced: v.boolean(),
  isForHearingImpaired: v.optional(v.boolean(), false),
  isCommentary: v.optional(v.boolean(), false),
  part: v.optional(streamPart),
});

const chapter: v.GenericSchema<unknown, Chapter> = v.object({
  startSeconds: seconds,
  endSeconds: seconds,
  title: v.nullable(v.string()),
});

const leftOutTrack: v.GenericSchema<unknown, LeftOutTrack> = v.object({
  kind: v.picklist(["video", "audio", "cover"]),
  index,
  codec: v.nullable(v.string()),
});

const numbered: v.GenericSchema<unknown, Numbered> = v.object({
  number: v.nullable(count),
  of: v.nullable(count),
});
const word = v.nullable(v.string());
const words = v.array(v.string());
const level = v.nullable(v.pipe(v.number(), v.finite()));

const musicTags: v.GenericSchema<unknown, MusicTags> = v.object({
  ...{ title: word, artist: word, artists: words, album: word, albumArtist: word },
  ...{ composers: words, genres: words, track: numbered, disc: numbered, date: word },
  isCompilation: v.boolean(),
  musicBrainz: v.record(v.picklist(musicBrainzKinds), v.string()),
  gain: v.object({ trackGainDb: level, trackPeak: level, albumGainDb: level, albumPeak: level }),
});

const source: v.GenericSchema<unknown, Source> = v.object({
  fingerprint: v.pipe(v.string(), v.minLength(1)),
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  container: v.string(),
  startTimeSeconds: seconds,
  durationSeconds: v.pipe(seconds, v.minValue(0)),
  bitrateBps: v.pipe(v.number(), v.minValue(0)),
  video: v.nullable(videoTrack),
  audio: v.pipe(
    v.array(audioTrack),
    v.transform((tracks) => tracks.map(withLanguage)),
  ),
  subtitles: v.pipe(
    v.array(subtitleTrack),
    v.transform((tracks) => tracks.map(withLanguage)),
  ),
  leftOut: v.array(leftOutTrack),
  covers: v.optional(v.array(index), []),
  chapters: v.optional(v.array(chapter), []),
  truncated: v.nullable(v.object({ declaredDurationSeconds: seconds })),
  music: v.optional(musicTags),
  pieces: v.optional(
    v.array(v.object({ startByte: index, endByte: count, durationMicroseconds: count })),
  ),
});

/** Reads a stored `Source`; null when there is none or it is not of today's form. */
export function parseSourceJson(text: string | null): Source | null {
  if (text === null) return null;
  try {
    const result = v.safeParse(source, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
