import type { Color, ColorConversion, SourceColor } from "./color.ts";
import type { Rational } from "./rational.ts";

/** What a video rung must look like, before a provider has said how its encoder gets there. */
export interface VideoTarget {
  readonly codec: "h264";
  /** Even, square samples. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  /** Frames from one IDR picture to the next: one segment of the grid. */
  readonly gopFrames: number;
  /** Ceiling of the bit rate; also what the manifests announce. */
  readonly maxBitrateBps: number;
  readonly color: Color;
}

/** Coded pictures as they come from the decoder. */
export interface CodedPictures {
  readonly width: number;
  readonly height: number;
  /** FFmpeg's name; a planar one that its deinterlacer takes. */
  readonly pixelFormat: string;
}

/** How pictures must be turned to stand upright: first clockwise, then, if mirrored, upside down. */
export interface Orientation {
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  readonly isMirrored: boolean;
}

/** What happens to decoded pictures on their way to the encoder. */
export interface PictureTreatment {
  /** The form in which pictures enter the deinterlacer; null for progressive ones. */
  readonly deinterlace: CodedPictures | null;
  readonly orientation: Orientation;
  readonly sourceColor: SourceColor;
  readonly conversion: ColorConversion;
}

/** Everything that decides the bytes of a video rendition, but for the pictures and the grid. */
export interface VideoRecipe extends VideoTarget {
  readonly kind: "video";
  /** Raised when the same recipe would give other bytes than before. */
  readonly revision: 2;
  readonly treatment: PictureTreatment;
  /** Ticks a second of the rendition's media timeline. */
  readonly timescale: number;
  /** Encoder family, e.g. `libx264`: its bytes and headers are not another family's. */
  readonly encoder: string;
  readonly profile: string;
  /** `<major>.<minor>`, ISO/IEC 14496-10 table A-1. */
  readonly level: string;
  /** The provider's own settings, frozen: preset, quality factor, … */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** Everything that decides the bytes of an audio rendition, but for the sound and the grid. */
export interface AudioRecipe {
  readonly kind: "audio";
  /** Raised when the same recipe would give other bytes than before. */
  readonly revision: 2;
  readonly codec: "aac";
  readonly encoder: "aac";
  readonly sampleRateHz: number;
  readonly channels: 1 | 2 | 6;
  /**
   * How the source's channels become these: as they are; by the source's channel layout; or, where it has none
   * that can be mixed, the first of them.
   */
  readonly mix: "none" | "layout" | "front-channels";
  readonly bitrateBps: number;
  /** Samples of one codec frame. */
  readonly frameSamples: number;
  /** Codec frames encoded and dropped before a run's first segment, so that runs join without a click. */
  readonly prerollFrames: number;
}

export type Recipe = VideoRecipe | AudioRecipe;

/** The timescale of a frame rate: one frame is a whole number of ticks, a tick is 100 µs or less. */
export function videoTimescale(frameRate: Rational): number {
  return frameRate.num >= 10_000 ? frameRate.num : frameRate.num * 1000;
}

/** Ticks of one frame in `videoTimescale(frameRate)`. */
export function frameTicks(frameRate: Rational): number {
  return frameRate.num >= 10_000 ? frameRate.den : frameRate.den * 1000;
}
