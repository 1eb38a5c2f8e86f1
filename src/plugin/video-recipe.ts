import type { Color, ColorConversion, SourceColor } from "../media/color.ts";
import type { HdrMetadata } from "../media/hdr-metadata.ts";
import type { Orientation } from "../media/source.ts";
import type { PictureCodec } from "../media/picture-codecs.ts";
import type { Rational } from "../media/rational.ts";

/** What a video rung must look like, before a provider has said how its encoder gets there. */
export interface VideoTarget {
  readonly codec: PictureCodec;
  /** Even, square samples. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  /** Frames from one IDR picture to the next: most segments. A shorter or longer one has its IDR picture forced. */
  readonly gopFrames: number;
  /** Ceiling of the bit rate; also what the manifests announce. */
  readonly maxBitrateBps: number;
  readonly color: Color;
  /** Bits of a sample; 8 when left out. */
  readonly bitDepth?: 10;
  /** Of HDR pictures: what they were mastered on, told to displays. */
  readonly hdr?: HdrMetadata;
}

/** Encoders delay pictures by two for their B-frames: they need a picture more to know by how long. */
const fewestReordered = 3;

/** How many pictures may be coded out of order, of so many that an encoder could: none where a segment is too short for it. */
export function reorderedPictures(
  { gopFrames }: Pick<VideoTarget, "gopFrames">,
  most: number,
): number {
  return gopFrames < fewestReordered ? 0 : most;
}

/** FFmpeg's name of the form in which encoders take pictures. */
export function encodedFormat({ bitDepth }: Pick<VideoTarget, "bitDepth">): string {
  return bitDepth === 10 ? "yuv420p10le" : "yuv420p";
}

/** Coded pictures as they come from the decoder. */
export interface CodedPictures {
  readonly width: number;
  readonly height: number;
  /** FFmpeg's name; a planar one that its deinterlacer takes. */
  readonly pixelFormat: string;
}

/** What happens to decoded pictures on their way to the encoder. */
export interface PictureTreatment {
  /** The form in which pictures enter the deinterlacer; null for progressive ones. */
  readonly deinterlace: CodedPictures | null;
  readonly orientation: Orientation;
  readonly sourceColor: SourceColor;
  readonly conversion: ColorConversion;
  /** Raised when the same conversion would give other pictures than before; of one that keeps the values none. */
  readonly conversionRevision?: 2;
  /** Of what is tone-mapped: the light of its brightest sample, candela per square metre. */
  readonly peakNits?: number;
  /** Closed captions that come with the pictures, and are texts of their own, are taken out of them. */
  readonly captions?: "removed";
}

/** Everything that decides the bytes of a video rendition, but for the pictures and the boundaries. */
export interface VideoRecipe extends VideoTarget {
  readonly kind: "video";
  /** Raised when the same recipe would give other bytes than before. */
  readonly revision: 2;
  readonly treatment: PictureTreatment;
  /** Ticks a second of the rendition's media timeline. */
  readonly timescale: number;
  /** Who writes it, and which revision of what it writes: two revisions are two recipes. */
  readonly provider: { readonly id: string; readonly revision: number };
  /** Encoder family, e.g. `libx264`: its bytes and headers are not another family's. */
  readonly encoder: string;
  readonly profile: string;
  /** `<major>.<minor>`, by the codec's own tables. */
  readonly level: string;
  /** The provider's own settings, frozen: preset, quality factor, … */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** How a provider's encoder reaches a target: the part of a recipe that is the provider's to say. */
export type VideoTuning = Pick<VideoRecipe, "encoder" | "profile" | "settings">;
