import { toNumber } from "../../media/rational.ts";
import { presentationDelay } from "../../iso/init-segment.ts";
import {
  usualWeights,
  type DescribedMethod,
  type RenditionMethod,
  type StreamFacts,
} from "../rendition.ts";
import { longestRun } from "../segment-run.ts";
import type { EncodedRendition } from "./encoded-rendition.ts";
import { encodedRevisionLead, encodedSchema } from "./encoded-schema.ts";
import { encodedTimeline, isOnFrames } from "./frame-timeline.ts";
import { verifySegment } from "./verify-segment.ts";

/** Decoded and encoded anew, to a recipe. */
export const encodeMethod: RenditionMethod<EncodedRendition> & DescribedMethod<EncodedRendition> = {
  schema: encodedSchema,
  revisionLead: encodedRevisionLead,
  fits: ({ boundaries }, rendition) =>
    rendition.kind === "audio" || isOnFrames(boundaries, rendition.recipe),
  timeline: encodedTimeline,
  facts: encodedFacts,
  shape: ({ source, describedFrom }, rendition) => {
    const { kind, id, recipe } = rendition;
    const film = describedFrom === "film" ? { film: { ...source, track: rendition.track } } : {};
    if (kind === "video") return { kind, id, recipe, ...film };
    const { language, isDefault, role } = rendition;
    return { kind, id, recipe, language, isDefault, role, ...film };
  },
  weight: ({ kind }) => usualWeights[kind],
  runLimit: (rendition) =>
    rendition.kind === "video" && rendition.burnt?.of === "pictures" ? burntRun : longestRun,
  isWorthFilling: true,
  isFollowed: true,
  together: sharedDecode,
  verify: (bytes, { frame, rendition, n, described }) => {
    const isMeasured = rendition.kind === "video" && described !== undefined;
    return verifySegment(bytes, {
      kind: rendition.kind,
      timeline: encodedTimeline(frame, rendition),
      n,
      ...(isMeasured ? { delayTicks: presentationDelay(described) } : {}),
    });
  },
};

/** All that is seen in a run is drawn before it begins: some fifty pictures of 6 ms. */
const burntRun = 30;

function encodedFacts(rendition: EncodedRendition): StreamFacts {
  if (rendition.kind === "video") {
    const { codec, maxBitrateBps, width, height, frameRate } = rendition.recipe;
    const framesPerSecond = toNumber(frameRate);
    return { codec, bitrateBps: maxBitrateBps, width, height, framesPerSecond, channels: null };
  }
  const { codec, bitrateBps, channels } = rendition.recipe;
  return { codec, bitrateBps, width: null, height: null, framesPerSecond: null, channels };
}

/** One decode for all that goes to one provider; sound comes along with the first. */
function sharedDecode(renditions: readonly EncodedRendition[]): EncodedRendition[][] {
  const groups = new Map<string, EncodedRendition[]>();
  const sounds: EncodedRendition[] = [];
  for (const rendition of renditions) {
    if (rendition.kind === "audio") sounds.push(rendition);
    else {
      const { id } = rendition.recipe.provider;
      groups.set(id, [...(groups.get(id) ?? []), rendition]);
    }
  }
  const [first = [], ...others] = groups.values();
  return [[...first, ...sounds], ...others].filter((group) => group.length > 0);
}
