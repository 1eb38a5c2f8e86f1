import * as v from "valibot";

/** What a film says of the light it was made for; each part null where it says nothing that could be so. */
export interface HdrMetadata {
  readonly mastering: MasteringDisplay | null;
  readonly light: ContentLight | null;
}

/**
 * The display that the film was graded on (SMPTE ST 2086), in the whole numbers of HEVC's message, of `mdcv` and of
 * x265's option: chromaticities in 1/50,000, luminances in 1/10,000 candela per square metre.
 */
export interface MasteringDisplay {
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
  readonly whitePoint: Chromaticity;
  readonly minLuminance: number;
  readonly maxLuminance: number;
}

export interface Chromaticity {
  readonly x: number;
  readonly y: number;
}

/** CTA-861.3, candela per square metre: of the brightest sample, and of the picture that is brightest on average; 0: not known. */
export interface ContentLight {
  readonly maxCll: number;
  readonly maxFall: number;
}

/** Of one, and of a candela per square metre. */
export const chromaticityUnits = 50_000;
export const luminanceUnits = 10_000;

const whole = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
const coordinate = whole(chromaticityUnits);
const chromaticity = v.strictObject({ x: coordinate, y: coordinate });
const luminance = whole(0xffff_ffff);

export const masteringSchema: v.GenericSchema<unknown, MasteringDisplay> = v.pipe(
  v.strictObject({
    ...{ red: chromaticity, green: chromaticity, blue: chromaticity, whitePoint: chromaticity },
    ...{ minLuminance: luminance, maxLuminance: luminance },
  }),
  v.check(
    ({ minLuminance, maxLuminance }) => minLuminance < maxLuminance,
    "expected a display that is brighter at its brightest than at its darkest",
  ),
);

export const lightSchema: v.GenericSchema<unknown, ContentLight> = v.strictObject({
  maxCll: whole(0xffff),
  maxFall: whole(0xffff),
});

/** As the database and plans hold it. */
export const hdrMetadataSchema: v.GenericSchema<unknown, HdrMetadata> = v.strictObject({
  mastering: v.nullable(masteringSchema),
  light: v.nullable(lightSchema),
});
