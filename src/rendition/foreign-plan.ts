import * as v from "valibot";
import { methods } from "./methods.ts";
import type { Plan } from "./plan.ts";

/** What can be said of a plan that `parsePlan` does not take. */
export interface ForeignPlan {
  /** Of its film; null where the plan does not say. */
  readonly fingerprint: string | null;
  /** An earlier revision of a recipe, none later than ours: nobody will ever ask for this plan again. */
  readonly isOutdated: boolean;
}

const latest: Plan["version"] = 2;

const foreignPlan = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    version: v.fallback(v.nullable(v.number()), null),
    source: v.fallback(v.nullable(v.object({ fingerprint: v.string() })), null),
    // Version 1 knew one method.
    renditions: v.fallback(
      v.array(v.looseObject({ method: v.optional(v.string(), "encode") })),
      [],
    ),
  }),
);

export function readForeignPlan(planJson: string): ForeignPlan {
  const parsed = v.safeParse(foreignPlan, planJson);
  if (!parsed.success) return { fingerprint: null, isOutdated: false };
  const { version, source, renditions } = parsed.output;
  const leads = renditions.map((rendition) => {
    const known = Object.entries(methods).find(([name]) => name === rendition.method);
    return known?.[1].revisionLead(rendition) ?? Infinity;
  });
  const isOutdated =
    version !== null &&
    version <= latest &&
    leads.some((lead) => lead < 0) &&
    leads.every((lead) => lead <= 0);
  return { fingerprint: source?.fingerprint ?? null, isOutdated };
}
