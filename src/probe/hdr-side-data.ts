import * as v from "valibot";
import {
  chromaticityUnits,
  lightSchema,
  luminanceUnits,
  masteringSchema,
  type HdrMetadata,
} from "../media/hdr-metadata.ts";

/** A fraction as ffprobe prints it, of which the denominator may be anything; NaN for what is none. */
const fraction = v.pipe(
  v.string(),
  v.transform((text) => {
    const [, num, den] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
    return Number(num) / Number(den);
  }),
);
const asFraction = v.optional(fraction);
const asCount = v.optional(v.number());

/** What ffprobe's side data of a stream or a picture says of the light a film was made for, in its own names. */
export const hdrSideDataEntries = {
  ...{ red_x: asFraction, red_y: asFraction, green_x: asFraction, green_y: asFraction },
  ...{ blue_x: asFraction, blue_y: asFraction },
  ...{ white_point_x: asFraction, white_point_y: asFraction },
  ...{ min_luminance: asFraction, max_luminance: asFraction },
  ...{ max_content: asCount, max_average: asCount },
};

export const hdrSideData = v.object(hdrSideDataEntries);
type HdrSideData = v.InferOutput<typeof hdrSideData>;

/**
 * The metadata among side data; null where there is none. A display without a size or of impossible light, and content
 * whose light is told as 0 and 0, say nothing.
 */
export function hdrMetadata(sideData: readonly HdrSideData[]): HdrMetadata | null {
  const mastering = first(sideData, (data) => {
    const at = (x: number | undefined, y: number | undefined) => ({
      x: inUnits(x, chromaticityUnits),
      y: inUnits(y, chromaticityUnits),
    });
    return v.safeParse(masteringSchema, {
      red: at(data.red_x, data.red_y),
      green: at(data.green_x, data.green_y),
      blue: at(data.blue_x, data.blue_y),
      whitePoint: at(data.white_point_x, data.white_point_y),
      minLuminance: inUnits(data.min_luminance, luminanceUnits),
      maxLuminance: inUnits(data.max_luminance, luminanceUnits),
    });
  });
  const light = first(sideData, ({ max_content: maxCll, max_average: maxFall }) =>
    maxCll === 0 && maxFall === 0
      ? { success: false }
      : v.safeParse(lightSchema, { maxCll, maxFall }),
  );
  return mastering === null && light === null ? null : { mastering, light };
}

function first<T>(
  sideData: readonly HdrSideData[],
  read: (data: HdrSideData) => { success: true; output: T } | { success: false },
): T | null {
  for (const data of sideData) {
    const found = read(data);
    if (found.success) return found.output;
  }
  return null;
}

function inUnits(value: number | undefined, unitsOfOne: number): number | undefined {
  return value === undefined ? undefined : Math.round(value * unitsOfOne);
}
