import canonicalize from "canonicalize";
import { boundarySeconds } from "../media/boundaries.ts";
import { durationSeconds, type Timeline } from "../media/timeline.ts";
import { isMedia, methods, type Rendition } from "./methods.ts";
import type { PlanFrame, StreamFacts } from "./rendition.ts";
import { longestRun } from "./segment-run.ts";

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

/** Where the last packet of any track ends: what a presentation lasts. Text lasts as long as there is something to see or hear. */
export function presentationSeconds(plan: Plan): number {
  const ends = plan.renditions
    .filter(isMedia)
    .map((each) => durationSeconds(renditionTimeline(plan, each)));
  return Math.max(0, ...ends);
}

/** No codec's frame is as long: one that sticks out at the end is no more film. */
const longestFrameSeconds = 0.1;
const knownSeconds = new WeakMap<Plan, number>();

/** How long the film is: as long as its pictures, or longer where sound goes on without any. */
export function planSeconds(plan: Plan): number {
  const known = knownSeconds.get(plan);
  if (known !== undefined) return known;
  const [own, whole] = [boundarySeconds(plan.boundaries), presentationSeconds(plan)];
  const seconds = whole > own + longestFrameSeconds ? whole : own;
  knownSeconds.set(plan, seconds);
  return seconds;
}

/** How many segments one run of it makes at most. */
export function runLimit(rendition: Rendition): number {
  return methods[rendition.method].runLimit?.(rendition) ?? longestRun;
}

/** A slow disk must not fill up with files that wait to be packaged. */
const usualUncommitted = 8;

/** How many files that wait to be kept hold a run of it. */
export function mostUncommitted(rendition: Rendition): number {
  return methods[rendition.method].mostUncommitted ?? usualUncommitted;
}

/** What a run of it takes of the capacity. */
export function runWeight(rendition: Rendition): number {
  return methods[rendition.method].weight(rendition);
}
