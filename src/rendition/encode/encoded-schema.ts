import * as v from "valibot";
import { hdrMetadataSchema } from "../../media/hdr-metadata.ts";
import { videoIdPattern } from "../../media/object-name.ts";
import { pictureCodecs } from "../../media/picture-codecs.ts";
import { streamPartSchema } from "../text/text-schema.ts";
import type { EncodedRendition } from "./encoded-rendition.ts";
import { colorSchema, conversionLead, treatmentSchema } from "./picture-schema.ts";
import { soundCodecs, soundEncoders } from "./sound-encoders.ts";
import { soundRoles } from "../rendition.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const rationalSchema = v.strictObject({ num: positive, den: positive });

const videoRecipe = v.strictObject({
  kind: v.literal("video"),
  revision: v.literal(2),
  codec: v.picklist(pictureCodecs),
  width: positive,
  height: positive,
  frameRate: rationalSchema,
  gopFrames: positive,
  maxBitrateBps: positive,
  color: colorSchema,
  bitDepth: v.exactOptional(v.literal(10)),
  hdr: v.exactOptional(hdrMetadataSchema),
  treatment: treatmentSchema,
  timescale: positive,
  provider: v.strictObject({ id: v.string(), revision: positive }),
  encoder: v.string(),
  profile: v.string(),
  level: v.string(),
  settings: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
});

const audioRecipe = v.strictObject({
  kind: v.literal("audio"),
  revision: v.literal(2),
  codec: v.picklist(soundCodecs),
  encoder: v.picklist(Object.values(soundEncoders).map(({ encoder }) => encoder)),
  sampleRateHz: positive,
  channels: v.picklist([1, 2, 6, 8]),
  bitDepth: v.exactOptional(v.picklist([16, 24])),
  mix: v.picklist(["none", "layout", "front-channels"]),
  dynamics: v.exactOptional(v.literal("night")),
  peaks: v.exactOptional(v.literal("each-channel")),
  bitrateBps: positive,
  frameSamples: positive,
  prerollFrames: count,
});

const size = v.strictObject({ width: positive, height: positive });

const burnt = v.strictObject({
  revision: v.literal(1),
  of: v.picklist(["text", "pictures"]),
  track: count,
  codec: v.string(),
  language: v.string(),
  part: v.exactOptional(streamPartSchema),
  sideSha256: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  framesPerSecond: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(1))),
  coded: size,
  shown: size,
});

const track = {
  method: v.literal("encode"),
  track: count,
  holdSeconds: v.number(),
};

/** Encoded renditions of the revisions that are made here. */
export const encodedSchema: v.GenericSchema<unknown, EncodedRendition> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("video"),
    id: v.pipe(v.string(), v.regex(new RegExp(`^${videoIdPattern}$`))),
    ...track,
    burnt: v.exactOptional(burnt),
    recipe: videoRecipe,
  }),
  v.strictObject({
    kind: v.literal("audio"),
    id: v.pipe(v.string(), v.regex(/^a\d{1,5}$/)),
    ...track,
    packetMicroseconds: v.nullable(v.pipe(v.number(), v.safeInteger())),
    packetUnitSamples: v.exactOptional(positive),
    end: v.exactOptional(v.literal("sample")),
    language: v.string(),
    label: v.string(),
    isDefault: v.boolean(),
    role: v.picklist(soundRoles),
    recipe: audioRecipe,
  }),
]);

const current = {
  video: videoRecipe.entries.revision.literal,
  audio: audioRecipe.entries.revision.literal,
} as const;

const anyRevision = v.object({
  recipe: v.looseObject({ kind: v.picklist(["video", "audio"]), revision: v.number() }),
  burnt: v.optional(v.object({ revision: v.number() })),
});

/** See RenditionMethod. */
export function encodedRevisionLead(rendition: unknown): number | null {
  const parsed = v.safeParse(anyRevision, rendition);
  if (!parsed.success) return null;
  const { recipe, burnt: drawn } = parsed.output;
  const lead = recipe.revision - current[recipe.kind];
  if (lead !== 0) return lead;
  const conversion = conversionLead(recipe);
  if (conversion !== 0 || drawn === undefined) return conversion;
  return drawn.revision - burnt.entries.revision.literal;
}
