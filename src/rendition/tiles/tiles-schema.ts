import * as v from "valibot";
import { colorSchema, conversionLead, treatmentSchema } from "../encode/picture-schema.ts";
import type { TilesRendition } from "./tiles-rendition.ts";

const revision = 1;

const between = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
/** A sheet is one picture in memory: no plan may ask for one of any size. */
const side = v.pipe(between(2, 640), v.multipleOf(2));

/** Storyboards of the revision that is made here. */
export const tilesSchema: v.GenericSchema<unknown, TilesRendition> = v.strictObject({
  kind: v.literal("image"),
  id: v.pipe(v.string(), v.regex(/^s\d{1,5}$/)),
  method: v.literal("tiles"),
  track: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  recipe: v.strictObject({
    kind: v.literal("image"),
    revision: v.literal(revision),
    columns: between(1, 10),
    rows: between(1, 10),
    width: side,
    height: side,
    intervalSeconds: between(1, 3600),
    color: colorSchema,
    treatment: treatmentSchema,
  }),
});

const anyRevision = v.object({ recipe: v.looseObject({ revision: v.number() }) });

/** See RenditionMethod. */
export function tilesRevisionLead(rendition: unknown): number | null {
  const parsed = v.safeParse(anyRevision, rendition);
  if (!parsed.success) return null;
  const { recipe } = parsed.output;
  return recipe.revision - revision || conversionLead(recipe);
}
