import * as v from "valibot";
import type { Plan } from "./plan.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const rationalSchema = v.strictObject({ num: positive, den: positive });
const matrix = v.picklist(["bt709", "smpte170m", "bt470bg"]);

const videoRecipe = v.strictObject({
  kind: v.literal("video"),
  revision: v.literal(1),
  codec: v.literal("h264"),
  width: positive,
  height: positive,
  frameRate: rationalSchema,
  gopFrames: positive,
  maxBitrateBps: positive,
  color: v.strictObject({
    matrix,
    primaries: matrix,
    transfer: v.picklist(["bt709", "smpte170m"]),
  }),
  treatment: v.strictObject({ deinterlace: v.boolean(), toneMap: v.boolean() }),
  timescale: positive,
  encoder: v.string(),
  profile: v.string(),
  level: v.string(),
  settings: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
});

const audioRecipe = v.strictObject({
  kind: v.literal("audio"),
  revision: v.literal(1),
  codec: v.literal("aac"),
  encoder: v.literal("aac"),
  sampleRateHz: positive,
  channels: v.picklist([1, 2, 6]),
  bitrateBps: positive,
  frameSamples: positive,
  prerollFrames: count,
});

const planSchema = v.strictObject({
  version: v.literal(1),
  source: v.strictObject({
    fingerprint: v.string(),
    originMicroseconds: v.pipe(v.number(), v.safeInteger()),
  }),
  grid: v.strictObject({
    frameRate: rationalSchema,
    framesPerSegment: positive,
    totalFrames: positive,
  }),
  renditions: v.array(
    v.variant("kind", [
      v.strictObject({
        kind: v.literal("video"),
        id: v.string(),
        track: count,
        holdSeconds: v.number(),
        recipe: videoRecipe,
      }),
      v.strictObject({
        kind: v.literal("audio"),
        id: v.string(),
        track: count,
        holdSeconds: v.number(),
        language: v.string(),
        label: v.string(),
        isDefault: v.boolean(),
        role: v.picklist(["main", "commentary", "alternate"]),
        recipe: audioRecipe,
      }),
    ]),
  ),
});

/** Reads a stored `plan.json`. Throws where it is not a plan of this version. */
export function parsePlan(planJson: string): Plan {
  return v.parse(planSchema, JSON.parse(planJson));
}
