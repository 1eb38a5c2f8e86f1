import type { ChromaFormat } from "../media/pixel-format.ts";

/** HDR10+ is HDR10 with metadata that a player may leave unread, so it is none of its own. */
export type HdrKind = "hdr10" | "hlg";

/** Where a codec is played: in a whole file, in segments of a stream, or in both. */
export type Carriage = "any" | "file" | "stream";

/** What a device plays of one video codec. null stands for no limit. */
export interface VideoLimits {
  /** As ffprobe names them. */
  readonly profiles: ReadonlySet<string> | null;
  /** ffprobe's number, see media/codec-level. */
  readonly maxLevel: number | null;
  readonly maxBitDepth: number | null;
  readonly chroma: ReadonlySet<ChromaFormat> | null;
  /** Class height, see media/resolution. */
  readonly maxHeight: number | null;
  readonly maxFrameRate: number | null;
  readonly maxBitrateBps: number | null;
  readonly hdr: ReadonlySet<HdrKind>;
  /** Profiles of Dolby Vision with the highest level of each. */
  readonly dolbyVision: ReadonlyMap<number, number>;
  /** Sample entries of an MP4 that it knows. */
  readonly sampleEntries: ReadonlySet<string> | null;
  readonly carriage: Carriage;
  /** The client tried it: what it says elsewhere that it refuses is not held against this. */
  readonly isMeasured: boolean;
}

/** What a device plays of one audio codec. null stands for no limit. */
export interface AudioLimits {
  readonly profiles: ReadonlySet<string> | null;
  readonly maxChannels: number | null;
  readonly maxSampleRateHz: number | null;
  readonly maxBitDepth: number | null;
  readonly carriage: Carriage;
  readonly isMeasured: boolean;
}

/** What a client tried and failed to play; it refuses what asks for as much in everything named here. */
export interface Refusal {
  readonly codec: string;
  readonly profile: string | null;
  readonly level: number | null;
  readonly bitDepth: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly bitrateBps: number | null;
  readonly hdr: HdrKind | null;
  readonly dolbyVisionProfile: number | null;
  readonly channels: number | null;
}

export type StreamingFormat = "dash" | "hls";

/** What a device does with pictures and tracks by itself. */
export interface Abilities {
  /** A viewer may choose among the sounds of a file; without, a file plays its first or default one. */
  readonly choosesAudio: boolean;
  readonly deinterlaces: boolean;
  /** Follows the display matrix of a file. */
  readonly turnsPictures: boolean;
  /** Shows samples that are not square in their shape. */
  readonly keepsAspect: boolean;
}

/** A device with nothing left open. Codecs and containers by FFmpeg's names, lower case. */
export interface Device extends Abilities {
  readonly name: string;
  /** Files that it plays by the name of their container; a set limits the codecs played in it. */
  readonly containers: ReadonlyMap<string, ReadonlySet<string> | null>;
  /** Containers in which it finds Dolby Vision; null for all. In others it shows the base layer. */
  readonly dolbyVisionContainers: ReadonlySet<string> | null;
  readonly streaming: ReadonlySet<StreamingFormat>;
  /** By codec, alternatives: what one of them takes is played. */
  readonly video: ReadonlyMap<string, readonly VideoLimits[]>;
  readonly audio: ReadonlyMap<string, readonly AudioLimits[]>;
  readonly refused: readonly Refusal[];
  /** Class height of the largest pictures. */
  readonly maxHeight: number;
  readonly maxBitrateBps: number | null;
  readonly maxAudioChannels: number;
  readonly subtitles: ReadonlySet<string>;
}
