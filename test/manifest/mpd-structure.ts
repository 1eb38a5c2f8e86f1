import type { XmlElement } from "../../src/media/xml-element.ts";

/**
 * Structure of an MPD, written down from ISO/IEC 23009-1 (5.3 and annex B) for what a static
 * presentation with segment timelines uses: children in the schema's order, attributes and their forms.
 */
interface ElementRule {
  /** In the order of the schema's sequence; `+`: one or more, `?`: none or one, `*`: any number. */
  readonly children: readonly string[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const base = [
  "AudioChannelConfiguration*",
  "EssentialProperty*",
  "SupplementalProperty*",
  "Label*",
];
const descriptor: ElementRule = {
  children: [],
  required: ["schemeIdUri"],
  optional: ["value", "id"],
};

const rules: Readonly<Record<string, ElementRule>> = {
  MPD: {
    children: ["Period+"],
    required: ["profiles", "minBufferTime", "mediaPresentationDuration", "type"],
    optional: [
      ...["xmlns", "xmlns:xsi", "xsi:schemaLocation", "maxSegmentDuration"],
      // What it is that the schema leaves to others (SCTE 214-1, 6.2.6).
      ...["xmlns:scte214"],
    ],
  },
  Period: { children: ["AdaptationSet+"], required: [], optional: ["id", "start", "duration"] },
  AdaptationSet: {
    children: [...base, "Accessibility*", "Role*", "Representation+"],
    required: ["contentType", "segmentAlignment"],
    optional: [
      ...["id", "lang", "par", "width", "height", "maxWidth", "maxHeight", "frameRate"],
      ...["maxFrameRate", "startWithSAP"],
    ],
  },
  Representation: {
    children: [...base, "SegmentTemplate?"],
    required: ["id", "bandwidth", "codecs", "mimeType"],
    optional: [
      ...["sar", "width", "height", "frameRate", "audioSamplingRate"],
      ...["scte214:supplementalCodecs", "scte214:supplementalProfiles"],
    ],
  },
  ImageAdaptationSet: {
    children: [...base, "Role*", "SegmentTemplate", "Representation+"],
    required: ["id", "contentType", "mimeType"],
    optional: [],
  },
  ImageRepresentation: {
    children: [...base],
    required: ["id", "bandwidth", "width", "height"],
    optional: ["codecs"],
  },
  ImageSegmentTemplate: {
    children: [],
    required: ["timescale", "duration", "startNumber", "media"],
    optional: [],
  },
  TextRepresentation: {
    children: [...base, "BaseURL"],
    required: ["id", "bandwidth", "mimeType"],
    optional: [],
  },
  TextAdaptationSet: {
    children: [...base, "Accessibility*", "Role+", "Representation"],
    required: ["id", "contentType"],
    optional: ["lang"],
  },
  BaseURL: { children: ["#text"], required: [], optional: [] },
  SegmentTemplate: {
    children: ["SegmentTimeline?"],
    required: ["timescale", "initialization", "media", "startNumber"],
    optional: [],
  },
  SegmentTimeline: { children: ["S+"], required: [], optional: [] },
  S: { children: [], required: ["d"], optional: ["t", "r"] },
  Label: { children: ["#text"], required: [], optional: ["id", "lang"] },
  Role: descriptor,
  SupplementalProperty: descriptor,
  EssentialProperty: descriptor,
  AudioChannelConfiguration: descriptor,
};

const positive = /^[1-9]\d*$/;
const count = /^\d+$/;
const ratio = /^\d+:\d+$/;
const forms: Readonly<Record<string, RegExp>> = {
  type: /^static$/,
  xmlns: /^urn:mpeg:dash:schema:mpd:2011$/,
  mediaPresentationDuration: /^PT\d+(\.\d{1,6})?S$/,
  minBufferTime: /^PT\d+(\.\d+)?S$/,
  lang: /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/,
  bandwidth: positive,
  timescale: positive,
  startNumber: /^1$/,
  d: positive,
  t: count,
  r: positive,
  width: positive,
  height: positive,
  par: ratio,
  sar: ratio,
  frameRate: /^\d+(\/[1-9]\d*)?$/,
  audioSamplingRate: positive,
  "xmlns:scte214": /^urn:scte:dash:scte214-extensions$/,
  "scte214:supplementalCodecs": /^dv(?:h1|av|a1)\.\d\d\.\d\d$/,
  "scte214:supplementalProfiles": /^db[124][a-z]$/,
  duration: positive,
  media: /^(?:[av]\d+\/\$Number\$\.m4s|s\d+\/\$Number\$\.jpg)$/,
  initialization: /^[av]\d+\/init\.mp4$/,
  codecs: /^[a-zA-Z0-9.,-]+$/,
  segmentAlignment: /^true$/,
};

/** Sets without a header before their segments, by their content type. */
const kinds: Readonly<Record<string, string>> = { text: "Text", image: "Image" };

/** What in an MPD is not as the standard has it, as sentences. */
export function mpdFaults(root: XmlElement): string[] {
  const faults =
    root.name === "MPD" ? elementFaults(root, "MPD", "") : [`the root is ${root.name}`];
  const ids = descendants(root, "Representation").map(({ attributes }) => attributes["id"] ?? "");
  return new Set(ids).size === ids.length ? faults : [...faults, "Representation ids repeat"];
}

export function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => {
    if (typeof child === "string") return [];
    return [...(child.name === name ? [child] : []), ...descendants(child, name)];
  });
}

/** `within`: of what the AdaptationSet around it is, where that has rules of its own. */
function elementFaults(element: XmlElement, path: string, within: string): string[] {
  const kind = kinds[element.attributes["contentType"] ?? ""] ?? within;
  const rule = rules[`${kind}${element.name}`] ?? rules[element.name];
  if (rule === undefined) return [`${path} is not an element of the standard's`];
  const names = Object.keys(element.attributes);
  const known = [...rule.required, ...rule.optional];
  return [
    ...rule.required
      .filter((name) => !names.includes(name))
      .map((name) => `${path} lacks @${name}`),
    ...names.filter((name) => !known.includes(name)).map((name) => `${path} has @${name}`),
    ...Object.entries(element.attributes)
      .filter(([name, value]) => forms[name]?.test(value) === false)
      .map(([name, value]) => `${path}@${name} is "${value}"`),
    ...orderFaults(element, rule, path),
    ...element.children.flatMap((child) =>
      typeof child === "string" ? [] : elementFaults(child, `${path}/${child.name}`, kind),
    ),
  ];
}

/** The children against the sequence, as a regular expression over their names. */
function orderFaults(element: XmlElement, rule: ElementRule, path: string): string[] {
  const sequence = rule.children.map((child) => {
    const quantifier = /[+*?]$/.exec(child)?.[0] ?? "";
    return `(${child.replace(/[+*?]$/, "")} )${quantifier}`;
  });
  const names = element.children.map((child) =>
    typeof child === "string" ? "#text " : `${child.name} `,
  );
  const fits = new RegExp(`^${sequence.join("")}$`).test(names.join(""));
  return fits ? [] : [`${path} holds ${names.join("")}`];
}
