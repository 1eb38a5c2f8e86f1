import * as v from "valibot";
import {
  carriedTransfers,
  chromaLocations,
  matrixNames,
  primariesNames,
  transferNames,
} from "./color.ts";
import type { Plan } from "./plan.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const rationalSchema = v.strictObject({ num: positive, den: positive });
const outputStandard = v.picklist(["bt709", "smpte170m", "bt470bg"]);

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
});

const videoRecipe = v.strictObject({
  kind: v.literal("video"),
  revision: v.literal(2),
  codec: v.literal("h264"),
  width: positive,
  height: positive,
  frameRate: rationalSchema,
  gopFrames: positive,
  maxBitrateBps: positive,
  color: v.strictObject({
    matrix: outputStandard,
    primaries: outputStandard,
    transfer: v.picklist(carriedTransfers),
  }),
  treatment,
  timescale: positive,
  encoder: v.string(),
  profile: v.string(),
  level: v.string(),
  settings: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
});

const audioRecipe = v.strictObject({
  kind: v.literal("audio"),
  revision: v.literal(2),
  codec: v.literal("aac"),
  encoder: v.literal("aac"),
  sampleRateHz: positive,
  channels: v.picklist([1, 2, 6]),
  mix: v.picklist(["none", "layout", "front-channels"]),
  bitrateBps: positive,
  frameSamples: positive,
  prerollFrames: count,
});

const planSchema = v.strictObject({
  version: v.literal(1),
  source: v.strictObject({
    fingerprint: v.string(),
    originMicroseconds: v.pipe(v.number(), v.safeInteger()),
    joined: v.exactOptional(
      v.strictObject({
        container: v.picklist(["mpegts", "mpeg"]),
        pieces: v.array(
          v.strictObject({ startByte: count, endByte: count, durationMicroseconds: positive }),
        ),
      }),
    ),
  }),
  grid: v.pipe(
    v.strictObject({
      frameRate: rationalSchema,
      framesPerSegment: positive,
      totalFrames: positive,
    }),
    // A month in segments of 3 s: timelines are held in memory, so their length must have an end.
    v.check(({ framesPerSegment, totalFrames }) => totalFrames / framesPerSegment <= 1e6),
  ),
  describedFrom: v.optional(v.literal("film")),
  renditions: v.array(
    v.variant("kind", [
      v.strictObject({
        kind: v.literal("video"),
        id: v.pipe(v.string(), v.regex(/^v\d{1,5}$/)),
        track: count,
        holdSeconds: v.number(),
        recipe: videoRecipe,
      }),
      v.strictObject({
        kind: v.literal("audio"),
        id: v.pipe(v.string(), v.regex(/^a\d{1,5}$/)),
        track: count,
        holdSeconds: v.number(),
        packetMicroseconds: v.nullable(v.pipe(v.number(), v.safeInteger())),
        language: v.string(),
        label: v.string(),
        isDefault: v.boolean(),
        role: v.picklist(["main", "commentary", "alternate"]),
        recipe: audioRecipe,
      }),
    ]),
  ),
});

const storedPlan = v.pipe(v.string(), v.parseJson(), planSchema);

/**
 * Reads a stored `plan.json`. null where it is no plan of this version: another version wrote it, or its
 * recipes are of another revision. What is stored of such a content is served; nothing more can be made.
 */
export function parsePlan(planJson: string): Plan | null {
  const parsed = v.safeParse(storedPlan, planJson);
  return parsed.success ? parsed.output : null;
}

/** What can be said of a plan that `parsePlan` does not take. */
export interface ForeignPlan {
  /** Of its film; null where the plan does not say. */
  readonly fingerprint: string | null;
  /** An earlier revision of a recipe, none later than ours: nobody will ever ask for this plan again. */
  readonly isOutdated: boolean;
}

const current = {
  video: videoRecipe.entries.revision.literal,
  audio: audioRecipe.entries.revision.literal,
} as const;

const foreignPlan = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    version: v.fallback(v.nullable(v.number()), null),
    source: v.fallback(v.nullable(v.object({ fingerprint: v.string() })), null),
    renditions: v.fallback(
      v.array(
        v.object({
          recipe: v.object({ kind: v.picklist(["video", "audio"]), revision: v.number() }),
        }),
      ),
      [],
    ),
  }),
);

export function readForeignPlan(planJson: string): ForeignPlan {
  const parsed = v.safeParse(foreignPlan, planJson);
  if (!parsed.success) return { fingerprint: null, isOutdated: false };
  const { version, source, renditions } = parsed.output;
  const recipes = renditions.map(({ recipe }) => recipe);
  const isOutdated =
    version === planSchema.entries.version.literal &&
    recipes.some(({ kind, revision }) => revision < current[kind]) &&
    recipes.every(({ kind, revision }) => revision <= current[kind]);
  return { fingerprint: source?.fingerprint ?? null, isOutdated };
}
