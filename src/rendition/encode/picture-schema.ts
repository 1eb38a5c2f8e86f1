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

/** What happens to decoded pictures, as plans hold it. */
export const treatmentSchema: v.GenericSchema<unknown, PictureTreatment> = v.strictObject({
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
});

/** What colour pictures are made to be, as plans hold it. */
export const colorSchema: v.GenericSchema<unknown, Color> = v.strictObject({
  matrix: v.picklist([...sdrStandards, "bt2020nc"]),
  primaries: v.picklist([...sdrStandards, "bt2020"]),
  transfer: v.picklist([...carriedTransfers, ...hdrTransfers]),
});
