import { toNumber, type Rational } from "../media/rational.ts";
import type { VideoRecipe } from "./video-recipe.ts";

/** Pictures as they lie in a film. */
export interface FilmPictures {
  /** FFmpeg's name. */
  readonly codec: string;
  /** Coded size in samples, and the shape of one. */
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: Rational;
  /** FFmpeg's name; null where the file says none. */
  readonly pixelFormat: string | null;
  /** Left out where nobody looked. */
  readonly isFullRange?: boolean | undefined;
}

/** What one run does with a film's pictures. */
export interface DeviceWork {
  readonly pictures: FilmPictures;
  /** What they become; one at least, all by one provider. */
  readonly recipes: readonly VideoRecipe[];
  /** They come to memory whatever becomes of them: they are drawn into, or the last one is held. */
  readonly isInMemory: boolean;
}

/** How FFmpeg decodes a film with a device, and what it does there with the pictures. */
export interface DevicePath {
  /** Options before any input, after those of the encoder. */
  readonly globalArgs: readonly string[];
  /** Options of the film as an input: who decodes it, and where the pictures are then. */
  readonly inputArgs: readonly string[];
  /** null: they come to memory, where all goes on as with those that the processor decodes. */
  readonly filters: DeviceFilters | null;
}

/** What is done with pictures that stay on the device to the end. Their moments are the processor's to say: `setpts`, `fps` and `trim` touch no sample. */
export interface DeviceFilters {
  /** Whole pictures from fields, one a pair. */
  readonly deinterlace: readonly string[];
  /** To a recipe's size and its encoder's form. */
  scale(recipe: VideoRecipe): readonly string[];
  /** In place of those of `DeviceEncoder`. */
  videoArgs(recipe: VideoRecipe): string[];
}

/** A form of coding that devices decode. */
export interface Decoding {
  readonly codec: "h264" | "hevc" | "vp9" | "av1";
  readonly bitDepth: 8 | 10;
}

/**
 * Those whose standards define every bit of a decoded picture: who decodes them makes no difference. MPEG-2's and VC-1's
 * transforms may differ by a step from one decoder to the next.
 */
export const decodings: readonly Decoding[] = [
  { codec: "h264", bitDepth: 8 },
  { codec: "hevc", bitDepth: 8 },
  { codec: "hevc", bitDepth: 10 },
  { codec: "vp9", bitDepth: 8 },
  { codec: "vp9", bitDepth: 10 },
  { codec: "av1", bitDepth: 8 },
  { codec: "av1", bitDepth: 10 },
];

const depths: ReadonlyMap<string | null, Decoding["bitDepth"]> = new Map([
  ["yuv420p", 8],
  ["yuvj420p", 8],
  ["yuv420p10le", 10],
]);

/** For people, and to be known by: `hevc 10`. */
export function decodingName({ codec, bitDepth }: Decoding): string {
  return `${codec} ${bitDepth}`;
}

/** How a film's pictures are coded; null for what no device decodes the same to the bit. */
export function decodingOf({
  codec,
  pixelFormat,
}: Pick<FilmPictures, "codec" | "pixelFormat">): Decoding | null {
  const bitDepth = depths.get(pixelFormat);
  return decodings.find((each) => each.codec === codec && each.bitDepth === bitDepth) ?? null;
}

/** As `fitInto` has it: pictures of nearly the frame's shape fill it. */
const shapeTolerance = 0.01;

/**
 * Why pictures have to come to memory, as a sentence; null where scaling is all that becomes of them. No device's filters
 * of FFmpeg are told where chroma lies or how to round, none pads, and their tone-mapping is the driver's own.
 */
export function needsMemory({ pictures, recipes, isInMemory }: DeviceWork): string | null {
  if (isInMemory) return "they are drawn into, or the last one is held";
  const { width, height, sampleAspectRatio, isFullRange, pixelFormat } = pictures;
  if (isFullRange !== false || pixelFormat === "yuvj420p") return "their range is not video's";
  const shape = (width * toNumber(sampleAspectRatio)) / height;
  for (const { treatment, ...recipe } of recipes) {
    const { rotationDegrees, isMirrored } = treatment.orientation;
    if (treatment.conversion !== "matrix") return "their colours are converted";
    if (treatment.sourceColor.chromaLocation !== "left") return "their chroma is moved";
    if (rotationDegrees !== 0 || isMirrored) return "they are turned";
    if (decodingOf(pictures)?.bitDepth !== (recipe.bitDepth ?? 8)) return "their depth is changed";
    if (Math.abs((shape * recipe.height) / recipe.width - 1) >= shapeTolerance)
      return "they do not fill the frame";
  }
  return null;
}

/** Who encodes what lies in VA-API's surfaces. */
export interface VaapiEncoder extends Pick<DeviceFilters, "videoArgs"> {
  /** The scaler, and what brings its pictures to the encoder. */
  toEncoder(scaler: string): readonly string[];
}

/** Pictures that filters and an encoder hold on to, beside those that the decoder needs. */
const heldByVaapi = 8;

/**
 * Decoded by VA-API with FFmpeg's device `va`, and scaled there. Fields come to memory: `deinterlace_vaapi` gives no picture for
 * the first ones that it gets, as many as its driver looks back (`vf_deinterlace_vaapi.c`), and a run would begin too late.
 */
export function vaapiPath(work: DeviceWork, encoder: VaapiEncoder): DevicePath | null {
  if (decodingOf(work.pictures) === null) return null;
  const inputArgs = ["-hwaccel", "vaapi", "-hwaccel_device", "va"];
  if (isDeinterlaced(work) || needsMemory(work) !== null) {
    return { globalArgs: [], inputArgs, filters: null };
  }
  return {
    globalArgs: [],
    inputArgs: [
      ...[...inputArgs, "-hwaccel_output_format", "vaapi"],
      ...["-extra_hw_frames", String(heldByVaapi)],
    ],
    filters: {
      deinterlace: [],
      scale: ({ width, height, bitDepth }) =>
        encoder.toEncoder(
          `scale_vaapi=w=${width}:h=${height}:format=${bitDepth === 10 ? "p010le" : "nv12"}:mode=hq`,
        ),
      videoArgs: (recipe) => encoder.videoArgs(recipe),
    },
  };
}

/** Whether fields are to be made whole pictures. */
export function isDeinterlaced({ recipes }: Pick<DeviceWork, "recipes">): boolean {
  return recipes.some(({ treatment }) => treatment.deinterlace !== null);
}
