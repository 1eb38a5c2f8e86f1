import { initName } from "../media/object-name.ts";
import type { XmlElement } from "../media/xml-element.ts";
import type { VideoRendition } from "../rendition/methods.ts";
import { mapElement } from "./map-element.ts";
import { pictureRank } from "../rendition/picture-rank.ts";

/**
 * An MPD whose sets of pictures, where there are several, say which one a player that plays them all should take
 * (`selectionPriority`, ISO/IEC 23009-1, 5.3.3.2): by itself it takes the one of most bits.
 */
export function withPreferredSet(mpd: XmlElement, pictures: readonly VideoRendition[]): XmlElement {
  const ranks = new Map(pictures.map((each) => [initName(each.id), pictureRank(each, pictures)]));
  if (new Set(ranks.values()).size < 2) return mpd;
  const rankOf = (element: XmlElement): number =>
    element.children.reduce<number>(
      (most, child) => (typeof child === "string" ? most : Math.max(most, rankOf(child))),
      ranks.get(element.attributes["initialization"] ?? "") ?? -1,
    );
  return mapElement(mpd, "AdaptationSet", (set) => {
    const rank = rankOf(set);
    if (rank < 0) return set;
    return { ...set, attributes: { ...set.attributes, selectionPriority: String(rank + 1) } };
  });
}
