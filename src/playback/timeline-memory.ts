import { renditionTimeline, type Plan, type Rendition } from "../media/plan.ts";
import type { Timeline } from "../media/timeline.ts";

/**
 * Timelines of renditions, reckoned once as long as their plan is kept: that of a long film is thousands
 * of boundaries, too many for every start.
 */
export function createTimelineMemory(): (plan: Plan, rendition: Rendition) => Timeline {
  const timelines = new WeakMap<Rendition, Timeline>();
  return (plan, rendition) => {
    const known = timelines.get(rendition);
    if (known !== undefined) return known;
    const timeline = renditionTimeline(plan, rendition);
    timelines.set(rendition, timeline);
    return timeline;
  };
}
