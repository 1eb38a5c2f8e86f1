import * as v from "valibot";
import { boundaryCount } from "../media/boundaries.ts";
import { methods, type Rendition } from "./methods.ts";
import type { Plan } from "./plan.ts";
import { upgradeVersion1 } from "./plan-version-1.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const anyRendition = v.looseObject({ method: v.string() });
const nothing = v.never();

/** Each rendition by the schema of its own method. */
const rendition: v.GenericSchema<unknown, Rendition> = v.lazy((input: unknown) => {
  const method = v.is(anyRendition, input) ? input.method : null;
  return Object.entries(methods).find(([name]) => name === method)?.[1].schema ?? nothing;
});

const planForm: v.GenericSchema<unknown, Plan> = v.strictObject({
  version: v.literal(2),
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
  boundaries: v.pipe(
    v.strictObject({
      timescale: positive,
      steps: v.array(v.strictObject({ durationTicks: positive, count: positive })),
    }),
    // A month in segments of 3 s: timelines are held in memory, so their length must have an end.
    v.check((boundaries) => boundaryCount(boundaries) <= 1e6),
  ),
  describedFrom: v.optional(v.literal("film")),
  renditions: v.array(rendition),
});

const planSchema = v.pipe(
  planForm,
  v.check((plan) => plan.renditions.every((each) => methods[each.method].fits(plan, each))),
);

/**
 * Reads a stored `plan.json`, of version 1 as well. null where it is none that can be made here: a later
 * version wrote it, or its recipes are of another revision. What is stored of such a content is served;
 * nothing more can be made.
 */
export function parsePlan(planJson: string): Plan | null {
  const json = readJson(planJson);
  const parsed = v.safeParse(planSchema, upgradeVersion1(json) ?? json);
  return parsed.success ? parsed.output : null;
}

function readJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return null;
  }
}
