import { rational } from "../../src/media/rational.ts";
import type { DeviceWork, FilmPictures, TranscodingProvider } from "../../src/plugin/sdk.ts";
import type { VideoRecipe } from "../../src/plugin/video-recipe.ts";
import { recipesOf } from "./provider-targets.ts";

/** What a run may have to do with pictures, by name. */
export const treatments = [
  "plain",
  "fields",
  "fields for a frame of another shape",
  "drawn into",
  "tone-mapped",
  "of another matrix",
  "of chroma elsewhere",
  "turned",
  "mirrored",
  "of full range",
  "of an unknown range",
  "of another shape",
  "of another depth",
] as const;
export type Treatment = (typeof treatments)[number];

const codings: readonly (readonly [string, string])[] = [
  ["h264", "yuv420p"],
  ["hevc", "yuv420p"],
  ["hevc", "yuv420p10le"],
  ["vp9", "yuv420p"],
  ["vp9", "yuv420p10le"],
  ["av1", "yuv420p"],
  ["av1", "yuv420p10le"],
];
/** What no device decodes, or none the same to the bit. */
export const undecoded: readonly (readonly [string, string | null])[] = [
  ["h264", "yuv420p10le"],
  ["h264", "yuv422p"],
  ["h264", null],
  ["hevc", "yuv444p"],
  ["hevc", "yuv420p12le"],
  ["vp9", "gbrp"],
  ["av1", "gray"],
  ["mpeg2video", "yuv420p"],
  ["vc1", "yuv420p"],
  ["mpeg4", "yuv420p"],
  ["prores", "yuv422p10le"],
  ["rawvideo", "yuv420p"],
];

export interface WorkCase {
  readonly name: string;
  readonly treatment: Treatment;
  readonly work: DeviceWork;
}

/** Every coding in every treatment, as what a provider makes of it: a picture as large, and one much smaller. */
export function workCases(provider: TranscodingProvider): WorkCase[] {
  const recipes = recipesOf(provider).filter(({ frameRate }) => frameRate.num === 50);
  return codings.flatMap(([codec, pixelFormat]) =>
    treatments.flatMap((treatment) => {
      const isDeep = pixelFormat.endsWith("10le") !== (treatment === "of another depth");
      const fitting = recipes.filter(({ bitDepth }) => (bitDepth === 10) === isDeep);
      const [smallest] = fitting;
      const largest = fitting.findLast(({ codec: written }) => written === smallest?.codec);
      if (smallest === undefined || largest === undefined) return [];
      return [smallest, largest].map((recipe): WorkCase => {
        const name = `${codec} ${pixelFormat} ${treatment} to ${recipe.codec} ${recipe.height}`;
        return { name, treatment, work: treated(treatment, codec, pixelFormat, recipe) };
      });
    }),
  );
}

function treated(
  name: Treatment,
  codec: string,
  pixelFormat: string,
  recipe: VideoRecipe,
): DeviceWork {
  const pictures: FilmPictures = {
    ...{ codec, pixelFormat, width: 3840, height: 2160, sampleAspectRatio: rational(1) },
    isFullRange: false,
  };
  const { treatment } = recipe;
  const { orientation, sourceColor } = treatment;
  const fields = { width: 3840, height: 2160, pixelFormat };
  const as = (
    change: Partial<VideoRecipe["treatment"]>,
    other: Partial<FilmPictures> = {},
  ): DeviceWork => ({
    pictures: { ...pictures, ...other },
    recipes: [{ ...recipe, treatment: { ...treatment, ...change } }],
    isInMemory: name === "drawn into",
  });
  const anamorphic = { width: 2880, sampleAspectRatio: rational(4, 3) };
  const works: Readonly<Record<Treatment, DeviceWork>> = {
    plain: as({}),
    "drawn into": as({}),
    "of another depth": as({}),
    fields: as({ deinterlace: fields }),
    "fields for a frame of another shape": as(
      { deinterlace: { ...fields, width: 2880 } },
      anamorphic,
    ),
    "tone-mapped": as({ conversion: "tone-map", peakNits: 1000 }),
    "of another matrix": as({ conversion: "colorspace" }),
    "of chroma elsewhere": as({ sourceColor: { ...sourceColor, chromaLocation: "topleft" } }),
    turned: as({ orientation: { ...orientation, rotationDegrees: 90 } }),
    mirrored: as({ orientation: { ...orientation, isMirrored: true } }),
    "of full range": as({}, { isFullRange: true }),
    "of an unknown range": as({}, { isFullRange: undefined }),
    "of another shape": as({}, { width: 2880 }),
  };
  return works[name];
}
