import type { Chapter } from "./chapters.ts";
import type { ColorTags } from "./color.ts";
import type { HdrMetadata } from "./hdr-metadata.ts";
import type { MusicTags } from "./music-tags.ts";
import type { Rational } from "./rational.ts";
import type { SourcePiece } from "./source-pieces.ts";

/** A media file as probed. All times in seconds on the file's own clock, sizes in bytes. */
export interface Source {
  /** `sha256-sampled:<size>:<hex>`: what the film is, wherever it lies. See library/fingerprint. */
  readonly fingerprint: string;
  readonly sizeBytes: number;
  /** FFmpeg's demuxer name, e.g. `matroska,webm`. */
  readonly container: string;
  /** Clock value of the first picture or sound; 0 for most files, anything for MPEG-TS. */
  readonly startTimeSeconds: number;
  /** From the first to the last moment that can really be decoded. */
  readonly durationSeconds: number;
  readonly bitrateBps: number;
  readonly video: VideoTrack | null;
  readonly audio: readonly AudioTrack[];
  readonly subtitles: readonly SubtitleTrack[];
  /** Tracks and covers that are not played, most because their codec is not decoded here. */
  readonly leftOut: readonly LeftOutTrack[];
  /** Stream indexes of pictures that are covers, the best first. */
  readonly covers: readonly number[];
  readonly chapters: readonly Chapter[];
  /** Set when the file ends before its own header says so. */
  readonly truncated: { readonly declaredDurationSeconds: number } | null;
  /** Set when the clock jumps in mid-file; all times then count from the first piece's first moment. */
  readonly pieces?: readonly SourcePiece[] | undefined;
  /** Of a file without pictures. */
  readonly music?: MusicTags | undefined;
}

interface TrackBase {
  /** Stream index in the container, for `-map 0:<index>`. */
  readonly index: number;
  readonly codec: string;
  /** BCP 47 in its usual form; `und` when the file says nothing. See `language.ts`. */
  readonly language: string;
  readonly title: string | null;
  readonly isDefault: boolean;
  /** First and last moment of the track on the file's clock, seconds. */
  readonly startTimeSeconds: number;
  readonly endTimeSeconds: number;
}

/** How pictures must be turned to stand upright: first clockwise, then, if mirrored, upside down. */
export interface Orientation {
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  readonly isMirrored: boolean;
}

/** The configuration record of Dolby Vision streams within ISOBMFF, 3.2. */
export interface DolbyVision {
  readonly profile: number;
  readonly level: number;
  /** What a player without Dolby Vision sees: 1 and 6 HDR10, 2 SDR, 4 HLG, 0 nothing it could show. */
  readonly compatibilityId: number;
}

export interface VideoTrack extends TrackBase, Orientation {
  /** As ffprobe names it: `High`, `Main 10`, `Profile 0`. */
  readonly profile: string | null;
  /** ffprobe's number, of which each codec has its own scale: see media/codec-level. */
  readonly level: number | null;
  /** The sample entry of MP4 and the like: `hvc1`, `avc1`; null where the container has none. */
  readonly codecTag: string | null;
  readonly dolbyVision: DolbyVision | null;
  readonly hdrMetadata: HdrMetadata | null;
  /** Coded picture size in samples, before the sample aspect ratio and rotation. */
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: Rational;
  /** Nominal rate; null when the file names none. */
  readonly frameRate: Rational | null;
  readonly isVariableFrameRate: boolean;
  readonly isInterlaced: boolean;
  /** Frames by which a picture may be decoded before it is shown. */
  readonly reorderFrames: number;
  readonly pixelFormat: string | null;
  /** Its samples go from 0 to the most that there is, by the file's own word; left out where it was not asked for that. */
  readonly isFullRange?: boolean | undefined;
  readonly isHdr: boolean;
  /** null when the file says nothing of it. */
  readonly color: ColorTags | null;
  readonly bitrateBps: number | null;
}

export interface AudioTrack extends TrackBase {
  readonly profile: string | null;
  /** Of PCM and lossless codecs; null where the codec knows none. */
  readonly bitDepth: number | null;
  readonly channels: number;
  readonly channelLayout: string | null;
  readonly sampleRateHz: number;
  /** Presentation time of one of its packets on the file's clock, seconds; null when none was seen. */
  readonly packetTimeSeconds: number | null;
  readonly bitrateBps: number | null;
  readonly isCommentary: boolean;
  /** With what is to be seen spoken, for those who do not see. */
  readonly isDescription: boolean;
}

export interface SubtitleTrack extends TrackBase {
  readonly isForced: boolean;
  /** With sounds and speakers told, for those who do not hear. */
  readonly isForHearingImpaired: boolean;
  readonly isCommentary: boolean;
  /** Of one that is no track of the file, but lies beside it. Its index is none of the file's streams. */
  readonly side?: SideFile | undefined;
  /** Of one that is a part of a stream. Its index is none of the file's streams. */
  readonly part?: StreamPart | undefined;
}

/** Subtitles that share a stream with something else: closed captions inside the pictures, a page of teletext. */
export interface StreamPart {
  /** Stream index in the container. */
  readonly stream: number;
  /** The stream's, as FFmpeg names it. */
  readonly codec: string;
  /** `CC1` to `CC4` of CTA-608, `S1` to `S63` of CTA-708; of teletext the page, `100` to `899`, or `subtitle` for all that are subtitles. */
  readonly service: string;
}

export interface SideFile {
  /** Absolute. */
  readonly path: string;
  /** Of its bytes: 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface LeftOutTrack {
  readonly kind: "video" | "audio" | "subtitle" | "cover";
  /** Stream index in the container, or that of what lies beside it. */
  readonly index: number;
  /** As FFmpeg names it; null for one that FFmpeg does not know. */
  readonly codec: string | null;
  /** Where it is not the codec: the reason, as in "is left out: it has 105 MB". */
  readonly obstacle?: string;
}
