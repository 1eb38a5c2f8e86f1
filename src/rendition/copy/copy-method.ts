import { boundaryTicks } from "../../media/boundaries.ts";
import type { Timeline } from "../../media/timeline.ts";
import { remembered } from "../../media/remembered.ts";
import type { DescribedMethod, RenditionMethod, StreamFacts } from "../rendition.ts";
import type { CopiedRendition } from "./copied-rendition.ts";
import { copiedRevisionLead, copiedSchema } from "./copied-schema.ts";
import { verifyCopied } from "./verify-copied.ts";

/** Reading and writing alone: hundreds of them are one encode. */
const weight = 1 / 64;

/** Packets as they are, in segments cut at the source's own random access points. */
export const copyMethod: RenditionMethod<CopiedRendition> & DescribedMethod<CopiedRendition> = {
  schema: copiedSchema,
  revisionLead: copiedRevisionLead,
  fits: () => true,
  timeline: (_frame, rendition) => copiedTimeline(rendition),
  facts: copiedFacts,
  shape: ({ source: { fingerprint } }, { kind, id, track, recipe, ...shown }) => {
    // All of a header follows from the film, as far as its configuration does not tell by itself.
    const { steps: _, zeroTicks: __, startTicks: ___, ...header } = recipe;
    return { kind, id, ...shown, fingerprint, track, header };
  },
  weight: () => weight,
  // Made in a moment, by the very process that keeps and sends it: what came after would hold up what somebody waits for.
  mostUncommitted: 1,
  isWorthFilling: false,
  isFollowed: true,
  together: (renditions) => renditions.map((rendition) => [rendition]),
  verify: (bytes, { rendition, n }) => verifyCopied(bytes, copiedTimeline(rendition), rendition, n),
};

/** On the track's own clock, wherever the plan's other renditions are cut. */
export const copiedTimeline = remembered(({ recipe }: CopiedRendition): Timeline => {
  const { timescale, startTicks, steps } = recipe;
  const boundaries = boundaryTicks({ timescale, steps }).map((ticks) => startTicks + ticks);
  return { timescale, boundaries };
});

function copiedFacts({ recipe }: CopiedRendition): StreamFacts {
  const { codec, bitrateBps } = recipe;
  if (recipe.kind === "audio") {
    const { channels } = recipe;
    return { codec, bitrateBps, width: null, height: null, framesPerSecond: null, channels };
  }
  const { width, height, framesPerSecond } = recipe;
  return { codec, bitrateBps, width, height, framesPerSecond, channels: null };
}
