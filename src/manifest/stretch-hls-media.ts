import { ViewraError } from "../errors/viewra-error.ts";
import { renditionTimeline, type Plan } from "../rendition/plan.ts";
import { segmentName } from "../media/object-name.ts";
import { isInHls, type Rendition } from "../rendition/methods.ts";
import type { Timeline } from "../media/timeline.ts";

const durationTag = "#EXT-X-TARGETDURATION";

/**
 * Shaka's media playlist of one synthetic segment, stretched to all segments of a rendition. Durations
 * are given to the microsecond where Shaka rounds to milliseconds: over a film its error grows to where
 * a player seeks into the wrong segment. PACKAGE_FAILED when the playlist is not the rendition's.
 */
export function stretchHlsMedia(text: string, plan: Plan, rendition: Rendition): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("##"));
  const first = lines.findIndex((line) => line.startsWith("#EXTINF:"));
  const uri = lines[first + 1];
  if (first < 0 || uri !== segmentName(rendition.id, 1)) {
    throw new ViewraError("PACKAGE_FAILED", `Shaka's media playlist is not of ${rendition.id}`);
  }
  const head = lines.slice(0, first).filter((line) => !line.startsWith(durationTag));
  // Behind the version, where Shaka has it.
  const version = head.findIndex((line) => line.startsWith("#EXT-X-VERSION"));
  const tail = lines.slice(first + 1).filter((line) => line.startsWith("#EXT-X-ENDLIST"));
  const whole = [
    ...head.toSpliced(version + 1, 0, targetLine(plan)),
    ...segmentLines(plan, rendition),
  ];
  return `${[...whole, ...tail].join("\n")}\n`;
}

/** Every segment of a rendition with its length. */
export function segmentLines(plan: Plan, rendition: Rendition): string[] {
  return segmentSeconds(renditionTimeline(plan, rendition)).flatMap((seconds, i) => [
    `#EXTINF:${printSeconds(seconds)},`,
    segmentName(rendition.id, i + 1),
  ]);
}

/**
 * A playlist cannot say that a track begins late: its first segment lasts from the content's zero, or all that follows
 * would stand earlier than in the playlists beside it.
 */
function segmentSeconds({ boundaries, timescale }: Timeline): number[] {
  const ends = boundaries.slice(1);
  return ends.map((end, i) => (end - (i === 0 ? 0 : (boundaries[i] ?? 0))) / timescale);
}

export function longestSeconds(timeline: Timeline): number {
  return segmentSeconds(timeline).reduce((longest, seconds) => Math.max(longest, seconds), 0);
}

/**
 * No segment, rounded, may be longer (RFC 8216, 4.3.3.1). Like Shaka's: rounded up, and one for all
 * playlists, so that a player may swap them.
 */
export function targetLine(plan: Plan): string {
  const played = plan.renditions.filter((each) => isInHls(each) && each.kind !== "image");
  const longest = played.map((rendition) =>
    Math.ceil(longestSeconds(renditionTimeline(plan, rendition))),
  );
  return `${durationTag}:${Math.max(1, ...longest)}`;
}

/** Three decimals as Shaka, up to six where they say more. */
function printSeconds(seconds: number): string {
  return seconds.toFixed(6).replace(/0{1,3}$/, "");
}
