import type { XmlElement } from "../media/xml-element.ts";

/**
 * An AudioChannelConfiguration that says what is meant. Shaka writes how many channels there are where a number of ISO/IEC
 * 23091-3's list of layouts is due: up to six it is the same, but 7 stands there for a 7.1 with five channels in front,
 * and 8 for two languages in a channel each, as which dash.js reads it. Shaka Player takes the number in that scheme for
 * a count, and in the list's own, which both know, for what it is.
 */
export function channelConfiguration(element: XmlElement): XmlElement {
  const { schemeIdUri, value } = element.attributes;
  const layout = schemeIdUri === counted ? layouts[value ?? ""] : undefined;
  if (layout === undefined) return element;
  return {
    ...element,
    attributes: {
      ...element.attributes,
      schemeIdUri: "urn:mpeg:mpegB:cicp:ChannelConfiguration",
      value: layout,
    },
  };
}

const counted = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
/** 6.1 with one channel at the back; 7.1 with two at the sides and two at the back. */
const layouts: Readonly<Record<string, string>> = { "7": "11", "8": "12" };
