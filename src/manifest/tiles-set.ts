import { segmentName } from "../media/object-name.ts";
import type { XmlElement } from "../media/xml-element.ts";
import type { TilesRendition } from "../rendition/tiles/tiles-rendition.ts";
import { sheetSize } from "../rendition/tiles/tiles-size.ts";
import { sheetSeconds } from "../rendition/tiles/tiles-timeline.ts";
import { announcedBitrateBps } from "./announced-bitrate.ts";

/**
 * The AdaptationSet of a storyboard (DASH-IF IOP 4.3, 6.2.6): all sheets are announced as long as a whole one, which is
 * what players divide by the number of tiles, and end with the film.
 */
export function tilesSet(rendition: TilesRendition, id: string): XmlElement {
  const { recipe } = rendition;
  const { width, height } = sheetSize(recipe);
  return {
    name: "AdaptationSet",
    attributes: { id, contentType: "image", mimeType: "image/jpeg" },
    children: [
      {
        name: "SegmentTemplate",
        attributes: {
          ...{ timescale: "1", duration: String(sheetSeconds(recipe)), startNumber: "1" },
          media: segmentName(rendition.id, 1).replace("/1.", "/$Number$."),
        },
        children: [],
      },
      {
        name: "Representation",
        attributes: {
          ...{ id: rendition.id, bandwidth: String(announcedBitrateBps(rendition)) },
          ...{ width: String(width), height: String(height) },
        },
        children: [
          {
            name: "EssentialProperty",
            attributes: {
              schemeIdUri: "http://dashif.org/guidelines/thumbnail_tile",
              value: `${recipe.columns}x${recipe.rows}`,
            },
            children: [],
          },
        ],
      },
    ],
  };
}
