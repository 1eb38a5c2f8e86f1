import { segmentName } from "../media/object-name.ts";
import type { TextRendition } from "../rendition/text/text-rendition.ts";
import type { XmlElement } from "../media/xml-element.ts";
import { announcedBitrateBps } from "./announced-bitrate.ts";

/**
 * The AdaptationSet of a text: one WebVTT file, which players take as a whole (ISO/IEC 23009-1, 5.3.9.1: a
 * Representation of one segment, named by its BaseURL).
 */
export function textSet(rendition: TextRendition, id: string): XmlElement {
  const { language, label } = rendition;
  const lang = language === "und" ? {} : { lang: language };
  return {
    name: "AdaptationSet",
    attributes: { id, contentType: "text", ...lang },
    children: [
      { name: "Label", attributes: {}, children: [label] },
      ...rolesOf(rendition).map((value) => ({
        name: "Role",
        attributes: { schemeIdUri: "urn:mpeg:dash:role:2011", value },
        children: [],
      })),
      {
        name: "Representation",
        attributes: {
          id: rendition.id,
          bandwidth: String(announcedBitrateBps(rendition)),
          mimeType: "text/vtt",
        },
        children: [{ name: "BaseURL", attributes: {}, children: [segmentName(rendition.id, 1)] }],
      },
    ],
  };
}

/** 5.8.5.5: what it is, and `main` for what a player is to show without being asked. */
function rolesOf({ role, isForced, isDefault }: TextRendition): string[] {
  const what = isForced && role === "subtitle" ? "forced-subtitle" : role;
  return [...(what === "commentary" ? ["subtitle"] : []), what, ...(isDefault ? ["main"] : [])];
}
