import { boundarySeconds } from "../media/boundaries.ts";
import { segmentName } from "../media/object-name.ts";
import type { Plan } from "../rendition/plan.ts";
import type { TilesRendition } from "../rendition/tiles/tiles-rendition.ts";
import { tileCount, tilesPerSheet } from "../rendition/tiles/tiles-timeline.ts";
import { printClock } from "../subtitle/clock.ts";

/**
 * A storyboard as WebVTT: a cue a tile, which names the part of a sheet (Media Fragments URI 1.0, 4.2.2) relative to the
 * file. Vidstack, JW Player, Video.js and others read it.
 */
export function storyboardVtt(plan: Plan, { id, recipe }: TilesRendition): string {
  const { columns, width, height, intervalSeconds } = recipe;
  const count = tileCount(plan, recipe);
  const end = boundarySeconds(plan.boundaries);
  const each = tilesPerSheet(recipe);
  const cues = Array.from({ length: count }, (_, tile) => {
    const from = tile * intervalSeconds;
    const to = tile === count - 1 ? end : from + intervalSeconds;
    const place = tile % each;
    const at = [(place % columns) * width, Math.floor(place / columns) * height];
    const sheet = segmentName(id, Math.floor(tile / each) + 1);
    const xywh = [...at, width, height].join(",");
    const times = [from, to].map((seconds) => printClock(Math.ceil(seconds * 1000), "."));
    return `${times.join(" --> ")}\n${sheet}#xywh=${xywh}\n`;
  });
  return ["WEBVTT\n", ...cues].join("\n");
}
