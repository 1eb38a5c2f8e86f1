import * as v from "valibot";
import { hdrMetadataSchema } from "../../media/hdr-metadata.ts";
import type { CopiedRendition } from "./copied-rendition.ts";
import { soundRoles } from "../rendition.ts";

const integer = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(integer, v.minValue(0));
const positive = v.pipe(integer, v.minValue(1));

const recipe = {
  revision: v.literal(1),
  codec: v.string(),
  configurationSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  timescale: positive,
  zeroTicks: integer,
  delayTicks: count,
  startTicks: count,
  steps: v.array(v.strictObject({ durationTicks: positive, count: positive })),
  bitrateBps: positive,
};

const track = { method: v.literal("copy"), track: count };

/** Copied renditions of the revision that is made here. */
export const copiedSchema: v.GenericSchema<unknown, CopiedRendition> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("video"),
    id: v.pipe(v.string(), v.regex(/^v\d{1,5}$/)),
    ...track,
    recipe: v.strictObject({
      kind: v.literal("video"),
      ...recipe,
      segmentSeconds: v.number(),
      sampleAspectRatio: v.strictObject({ num: positive, den: positive }),
      width: positive,
      height: positive,
      framesPerSecond: v.nullable(v.number()),
      dolbyVision: v.exactOptional(
        v.strictObject({ profile: count, level: count, compatibilityId: count }),
      ),
      hdrMetadata: v.exactOptional(hdrMetadataSchema),
    }),
  }),
  v.strictObject({
    kind: v.literal("audio"),
    id: v.pipe(v.string(), v.regex(/^a\d{1,5}$/)),
    ...track,
    language: v.string(),
    label: v.string(),
    isDefault: v.boolean(),
    role: v.picklist(soundRoles),
    recipe: v.strictObject({
      kind: v.literal("audio"),
      ...recipe,
      channels: positive,
      sampleRateHz: positive,
    }),
  }),
]);

const anyRevision = v.object({ recipe: v.object({ revision: v.number() }) });

/** See RenditionMethod. */
export function copiedRevisionLead(rendition: unknown): number | null {
  const parsed = v.safeParse(anyRevision, rendition);
  return parsed.success ? parsed.output.recipe.revision - recipe.revision.literal : null;
}
