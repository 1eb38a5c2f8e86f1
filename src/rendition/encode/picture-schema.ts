import * as v from "valibot";
import {
  carriedTransfers,
  chromaLocations,
  hdrTransfers,
  matrixNames,
  primariesNames,
  transferNames,
  type Color,
} from "../../media/color.ts";
import type { PictureTreatment } from "../../plugin/video-recipe.ts";

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const sdrStandards = ["bt709", "smpte170m", "bt470bg"] as const;

/** See PictureTreatment. */
export const conversionRevision = 2;

const treatment = v.strictObject({
  deinterlace: v.nullable(
    v.strictObject({ width: positive, height: positive, pixelFormat: v.string() }),
  ),
  orientation: v.strictObject({
    rotationDegrees: v.picklist([0, 90, 180, 270]),
    isMirrored: v.boolean(),
  }),
  sourceColor: v.strictObject({
    matrix: v.nullable(v.picklist(matrixNames)),
    primaries: v.picklist(primariesNames),
    transfer: v.picklist(transferNames),
    chromaLocation: v.picklist(chromaLocations),
    isRgb: v.boolean(),
  }),
  conversion: v.picklist(["matrix", "colorspace", "tone-map"]),
  conversionRevision: v.exactOptional(v.literal(conversionRevision)),
  peakNits: v.exactOptional(positive),
  captions: v.exactOptional(v.literal("removed")),
});

/** What happens to decoded pictures, as plans hold it. */
export const treatmentSchema: v.GenericSchema<unknown, PictureTreatment> = v.pipe(
  treatment,
  v.check(
    (read) =>
      (read.conversion === "matrix") === (read.conversionRevision === undefined) &&
      (read.conversion === "tone-map") === (read.peakNits !== undefined),
    "expected a revision of what converts, and a peak of what is tone-mapped",
  ),
);

const anyTreatment = v.object({
  treatment: v.object({ conversion: v.string(), conversionRevision: v.optional(v.number(), 1) }),
});

/** By how much the conversion of a recipe in somebody's plan is ahead of what is made here; see RenditionMethod. */
export function conversionLead(recipe: unknown): number {
  const parsed = v.safeParse(anyTreatment, recipe);
  if (!parsed.success || parsed.output.treatment.conversion === "matrix") return 0;
  return parsed.output.treatment.conversionRevision - conversionRevision;
}

/** What colour pictures are made to be, as plans hold it. */
export const colorSchema: v.GenericSchema<unknown, Color> = v.strictObject({
  matrix: v.picklist([...sdrStandards, "bt2020nc"]),
  primaries: v.picklist([...sdrStandards, "bt2020"]),
  transfer: v.picklist([...carriedTransfers, ...hdrTransfers]),
});
