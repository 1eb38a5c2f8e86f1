import { streamFacts, type Plan } from "../rendition/plan.ts";
import type { Rendition } from "../rendition/methods.ts";

/**
 * The bit rate a manifest announces for a rendition: the recipe's ceiling. What Shaka measured of a few
 * synthetic frames says nothing, and nothing else is known before the film is encoded.
 */
export function announcedBitrateBps(rendition: Rendition): number {
  return streamFacts(rendition).bitrateBps;
}

/** Of an HLS variant: its own and the highest of the audio it plays with (RFC 8216, 4.3.4.2). */
export function variantBitrateBps(plan: Plan, rendition: Rendition): number {
  const own = announcedBitrateBps(rendition);
  if (rendition.kind === "audio") return own;
  const audio = plan.renditions.filter(({ kind }) => kind === "audio").map(announcedBitrateBps);
  return own + Math.max(0, ...audio);
}
