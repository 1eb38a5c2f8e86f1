import { ViewraError } from "../errors/viewra-error.ts";
import { initName } from "../media/object-name.ts";
import {
  presentationSeconds,
  renditionTimeline,
  streamFacts,
  type Plan,
} from "../rendition/plan.ts";
import { isMedia, storyboardsIn, textsIn, type MediaRendition } from "../rendition/methods.ts";
import type { Timeline } from "../media/timeline.ts";
import { announcedBitrateBps } from "./announced-bitrate.ts";
import { channelConfiguration } from "./channel-configuration.ts";
import { inUsualForm, withCodecNames } from "./codec-names.ts";
import { mapElement } from "./map-element.ts";
import { withOneVideoSet } from "./one-video-set.ts";
import { withFurtherSets } from "./further-sets.ts";
import { withPreferredSet } from "./preferred-set.ts";
import { textSet } from "./text-set.ts";
import { tilesSet } from "./tiles-set.ts";
import { parseXml, printXml, type XmlElement } from "../media/xml-element.ts";

/**
 * Shaka's MPD of a few synthetic frames, stretched to the plan: whole duration, segment timelines, the
 * recipes' bit rates, the labels. All else is Shaka's, but for its version comment, so that the same
 * plan gives the same bytes. Pure. PACKAGE_FAILED when the MPD does not hold the plan's renditions.
 */
export function stretchDash(mpd: string, plan: Plan): string {
  const root = parseXml(withCodecNames(mpd));
  if (root === null) throw new ViewraError("PACKAGE_FAILED", "Shaka's MPD holds no element");
  const media = plan.renditions.filter(isMedia);
  const waiting = new Map(media.map((rendition) => [initName(rendition.id), rendition]));
  const further = [
    ...textsIn(plan.renditions, "dash").map((text) => (id: string) => textSet(text, id)),
    ...storyboardsIn(plan.renditions).map((tiles) => (id: string) => tilesSet(tiles, id)),
  ];
  const stretched = mapElement(root, "AdaptationSet", (set) => stretchSet(set, plan, waiting));
  if (waiting.size > 0) {
    throw new ViewraError("PACKAGE_FAILED", `Shaka's MPD lacks ${[...waiting.keys()].join(", ")}`);
  }
  const pictures = plan.renditions.filter((rendition) => rendition.kind === "video");
  return printXml({
    ...withFurtherSets(withPreferredSet(withOneVideoSet(stretched), pictures), further),
    attributes: {
      ...stretched.attributes,
      type: "static",
      // Shaka has the pictures' end, and the last codec frame of a sound lies some milliseconds beyond: dash.js, looking
      // five times a second whether that end is passed, then sometimes seeks back half a second and stands there, before
      // the browser has said that the film is over.
      mediaPresentationDuration: `PT${trimmed(presentationSeconds(plan).toFixed(6))}S`,
    },
  });
}

function stretchSet(set: XmlElement, plan: Plan, waiting: Map<string, MediaRendition>): XmlElement {
  let label: string | undefined;
  const attributes: Record<string, string> = { ...set.attributes };
  const stretched = mapElement(set, "Representation", (representation) => {
    const initialization = templateOf(representation).attributes["initialization"] ?? "";
    const rendition = waiting.get(initialization);
    if (rendition === undefined) {
      throw new ViewraError("PACKAGE_FAILED", `Shaka's MPD names ${initialization} unexpectedly`);
    }
    waiting.delete(initialization);
    if (rendition.kind === "audio") {
      label = rendition.label;
      const { lang } = attributes;
      if (lang !== undefined) attributes["lang"] = inUsualForm(lang, rendition.language);
    }
    // Of copied packets Shaka saw a few, on a clock that may round: 1000/41 for 24000/1001.
    const { framesPerSecond } = streamFacts(rendition);
    if (rendition.method === "copy" && framesPerSecond !== null && "frameRate" in attributes) {
      attributes["frameRate"] = printRate(framesPerSecond);
    }
    return stretchRepresentation(representation, rendition, renditionTimeline(plan, rendition));
  });
  const named = { ...stretched, attributes };
  return label === undefined ? named : labelled(named, label);
}

/** As the schema has it (FrameRateType): a whole number, or a fraction; a thousandth is what is known of others. */
function printRate(framesPerSecond: number): string {
  const [whole, drop] = [Math.round(framesPerSecond), Math.round(framesPerSecond * 1.001)];
  if (Math.abs(framesPerSecond - whole) < 0.001) return String(whole);
  if (Math.abs(framesPerSecond - drop / 1.001) < 0.001) return `${drop * 1000}/1001`;
  return `${Math.round(framesPerSecond * 1000)}/1000`;
}

/** Shaka puts Label behind Role; the schema has it before (ISO/IEC 23009-1, RepresentationBaseType). */
function labelled(set: XmlElement, label: string): XmlElement {
  const others = set.children.filter((child) => nameOf(child) !== "Label");
  const following = ["Accessibility", "Role", "Rating", "Viewpoint", "Representation"];
  const at = others.findIndex((child) => following.includes(nameOf(child)));
  const element: XmlElement = { name: "Label", attributes: {}, children: [label] };
  return { ...set, children: others.toSpliced(at, 0, element) };
}

function stretchRepresentation(
  representation: XmlElement,
  rendition: MediaRendition,
  timeline: Timeline,
): XmlElement {
  const timescale = Number(templateOf(representation).attributes["timescale"]);
  if (timescale !== timeline.timescale) {
    const message = `${rendition.id}: expected a timescale of ${timeline.timescale}, got ${timescale}`;
    throw new ViewraError("PACKAGE_FAILED", message);
  }
  const bandwidth = String(announcedBitrateBps(rendition));
  const stretched = mapElement(representation, "SegmentTimeline", (element) => ({
    ...element,
    children: segmentRuns(timeline),
  }));
  // A content begins at its zero, and not where the first packets that Shaka saw begin.
  const unmoved = mapElement(stretched, "SegmentTemplate", (template) => {
    const { presentationTimeOffset: _, ...kept } = template.attributes;
    return { ...template, attributes: kept };
  });
  return {
    ...mapElement(unmoved, "AudioChannelConfiguration", channelConfiguration),
    attributes: { ...stretched.attributes, bandwidth },
  };
}

/** `S` elements: neighbours of one duration share one (5.3.9.6). */
function segmentRuns({ boundaries }: Timeline): XmlElement[] {
  const runs: { start: number; duration: number; count: number }[] = [];
  for (const [i, end] of boundaries.slice(1).entries()) {
    const start = boundaries[i] ?? 0;
    const last = runs.at(-1);
    if (last?.duration === end - start) last.count++;
    else runs.push({ start, duration: end - start, count: 1 });
  }
  return runs.map(({ start, duration, count }) => ({
    name: "S",
    attributes: {
      t: String(start),
      d: String(duration),
      ...(count === 1 ? {} : { r: String(count - 1) }),
    },
    children: [],
  }));
}

function templateOf(representation: XmlElement): XmlElement {
  const template = representation.children.find((child) => nameOf(child) === "SegmentTemplate");
  if (typeof template === "object") return template;
  throw new ViewraError("PACKAGE_FAILED", "Shaka's MPD holds a Representation without a template");
}

function nameOf(child: XmlElement | string): string {
  return typeof child === "string" ? "" : child.name;
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, "");
}
