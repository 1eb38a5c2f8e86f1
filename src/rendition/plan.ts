import canonicalize from "canonicalize";
import { boundarySeconds } from "../media/boundaries.ts";
import type { Timeline } from "../media/timeline.ts";
import { methods, type Rendition } from "./methods.ts";
import type { PlanFrame, StreamFacts } from "./rendition.ts";

/** The canonical description of one piece of content. Pure data; its SHA-256 is the content hash. */
export interface Plan extends PlanFrame {
  readonly version: 2;
  readonly renditions: readonly Rendition[];
}

/** The plan as RFC 8785 canonical JSON: equal plans are equal strings. */
export function canonicalPlan(plan: Plan): string {
  const text = canonicalize(plan);
  if (text === undefined) throw new TypeError("expected a plan, got something JSON cannot hold");
  return text;
}

/** SHA-256 of a plan's canonical JSON: 64 lower-case hex digits. */
export async function contentHash(planJson: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(planJson));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What of a plan a run of some of its renditions has to know. */
export function planFrame({ source, boundaries, describedFrom }: Plan): PlanFrame {
  return { source, boundaries, describedFrom };
}

/** A rendition's exact segment boundaries. */
export function renditionTimeline(plan: PlanFrame, rendition: Rendition): Timeline {
  return methods[rendition.method].timeline(plan, rendition);
}

export function streamFacts(rendition: Rendition): StreamFacts {
  return methods[rendition.method].facts(rendition);
}

export function planSeconds({ boundaries }: PlanFrame): number {
  return boundarySeconds(boundaries);
}

/** What a run of it takes of the capacity. */
export function runWeight(rendition: Rendition): number {
  return methods[rendition.method].weight(rendition);
}
