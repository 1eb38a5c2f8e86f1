import type { TextRendition } from "../rendition/text/text-rendition.ts";
import type { Plan } from "../rendition/plan.ts";
import { segmentLines, targetLine } from "./stretch-hls-media.ts";

/** The media playlist of a text in segments: as those of pictures, without a header to load first. */
export function textPlaylist(plan: Plan, rendition: TextRendition): string {
  const head = ["#EXTM3U", "#EXT-X-VERSION:6", targetLine(plan), "#EXT-X-PLAYLIST-TYPE:VOD"];
  return `${[...head, ...segmentLines(plan, rendition), "#EXT-X-ENDLIST"].join("\n")}\n`;
}
