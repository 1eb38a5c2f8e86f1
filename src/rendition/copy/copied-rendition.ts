import type { BoundaryStep } from "../../media/boundaries.ts";
import type { HdrMetadata } from "../../media/hdr-metadata.ts";
import type { Rational } from "../../media/rational.ts";
import type { DolbyVision } from "../../media/source.ts";
import type { AudioTrackRendition, VideoTrackRendition } from "../rendition.ts";

/** What copied packets come out as: all of it follows from the file. */
export interface CopyRecipe {
  /** Raised when the same packets would come out as other segments than before. */
  readonly revision: 1;
  /** FFmpeg's name. */
  readonly codec: string;
  /** SHA-256 of what a decoder is told before the first packet. */
  readonly configurationSha256: string;
  /** Ticks a second, the source's own: no time stamp is rounded. */
  readonly timescale: number;
  /** The source's clock at the content's zero, in ticks of the track. */
  readonly zeroTicks: number;
  /** How long before it is shown a picture is decoded, at least as long as the film's order asks for. */
  readonly delayTicks: number;
  /** From the content's zero to the first packet. */
  readonly startTicks: number;
  /** From one cut to the next, and from the last to the end. */
  readonly steps: readonly BoundaryStep[];
  /** What manifests announce. */
  readonly bitrateBps: number;
}

/** Pictures as the film has them. */
export interface CopiedVideo extends VideoTrackRendition {
  readonly method: "copy";
  readonly recipe: CopyRecipe & {
    readonly kind: "video";
    /** How far apart its cuts were wished for. */
    readonly segmentSeconds: number;
    readonly sampleAspectRatio: Rational;
    readonly width: number;
    readonly height: number;
    readonly framesPerSecond: number | null;
    readonly dolbyVision?: DolbyVision;
    readonly hdrMetadata?: HdrMetadata;
  };
}

/** Sound as the film has it. */
export interface CopiedAudio extends AudioTrackRendition {
  readonly method: "copy";
  readonly recipe: CopyRecipe & {
    readonly kind: "audio";
    readonly channels: number;
    readonly sampleRateHz: number;
  };
}

export type CopiedRendition = CopiedVideo | CopiedAudio;
