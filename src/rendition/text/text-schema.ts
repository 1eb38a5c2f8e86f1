import * as v from "valibot";
import type { StreamPart } from "../../media/source.ts";
import type { TextRendition } from "./text-rendition.ts";

const revision = 2;

/** See StreamPart. */
export const streamPartSchema: v.GenericSchema<unknown, StreamPart> = v.strictObject({
  stream: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  codec: v.string(),
  service: v.string(),
});

/** Texts of the revision that is made here. */
export const textSchema: v.GenericSchema<unknown, TextRendition> = v.strictObject({
  kind: v.literal("text"),
  id: v.pipe(v.string(), v.regex(/^[tw]\d{1,5}$/)),
  method: v.literal("text"),
  track: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  language: v.string(),
  label: v.string(),
  isDefault: v.boolean(),
  isForced: v.boolean(),
  role: v.picklist(["subtitle", "caption", "commentary"]),
  manifest: v.picklist(["dash", "hls"]),
  recipe: v.strictObject({
    kind: v.literal("text"),
    revision: v.literal(revision),
    codec: v.string(),
    part: v.exactOptional(streamPartSchema),
    sideSha256: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
    framesPerSecond: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(1))),
  }),
});

const anyRevision = v.object({ recipe: v.object({ revision: v.number() }) });

/** See RenditionMethod. */
export function textRevisionLead(rendition: unknown): number | null {
  const parsed = v.safeParse(anyRevision, rendition);
  return parsed.success ? parsed.output.recipe.revision - revision : null;
}
