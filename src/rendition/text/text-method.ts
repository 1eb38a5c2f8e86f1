import type { RenditionMethod } from "../rendition.ts";
import type { TextRendition } from "./text-rendition.ts";
import { textRevisionLead, textSchema } from "./text-schema.ts";
import { textTimeline } from "./text-timeline.ts";
import { verifyText } from "./verify-text.ts";

/** Reading a film over, mostly for the disk. */
const weight = 1 / 64;
/** Of much talk, with its tags: what players count when they choose is the pictures. */
const bitrateBps = 1000;

/** The film's own subtitles, where they are text, as WebVTT. */
export const textMethod: RenditionMethod<TextRendition> = {
  schema: textSchema,
  revisionLead: textRevisionLead,
  fits: () => true,
  timeline: textTimeline,
  facts: () => ({
    ...{ codec: "webvtt", bitrateBps, width: null, height: null },
    ...{ framesPerSecond: null, channels: null },
  }),
  weight: () => weight,
  isWorthFilling: false,
  isFollowed: true,
  together: (renditions) => renditions.map((rendition) => [rendition]),
  verify: (bytes, { frame, rendition, n }) => verifyText(bytes, frame, rendition, n),
};
