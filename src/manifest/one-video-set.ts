import type { XmlElement } from "../media/xml-element.ts";

/**
 * An MPD in which all pictures of one codec stand in one AdaptationSet, whatever Shaka thought of their colours
 * and sizes: they are cut at the same moments, and players switch within a set alone (ISO/IEC 23009-1, 5.3.3).
 * What differs between the sets is said of each Representation instead.
 */
export function withOneVideoSet(mpd: XmlElement): XmlElement {
  return {
    ...mpd,
    children: mpd.children.map((child) => (isNamed(child, "Period") ? mergePeriod(child) : child)),
  };
}

function mergePeriod(period: XmlElement): XmlElement {
  const sets = period.children.filter((child) => isNamed(child, "AdaptationSet"));
  const byCodec = new Map<string, XmlElement[]>();
  for (const set of sets) {
    const codec = set.attributes["contentType"] === "video" ? codecOf(set) : `${sets.indexOf(set)}`;
    byCodec.set(codec, [...(byCodec.get(codec) ?? []), set]);
  }
  if (byCodec.size === sets.length) return period;
  const others = period.children.filter((child) => !isNamed(child, "AdaptationSet"));
  const merged = [...byCodec.values()].map((group, id) => mergeSets(group, String(id)));
  return { ...period, children: [...others, ...merged] };
}

function codecOf(set: XmlElement): string {
  const [first] = set.children.filter((child) => isNamed(child, "Representation"));
  return (first?.attributes["codecs"] ?? "").split(".", 1)[0] ?? "";
}

function mergeSets(sets: readonly XmlElement[], id: string): XmlElement {
  const [first] = sets;
  if (first === undefined || sets.length === 1) {
    return {
      ...(first ?? { name: "AdaptationSet", children: [] }),
      attributes: { ...first?.attributes, id },
    };
  }
  const shared = Object.fromEntries(
    Object.entries(first.attributes).filter(([name, value]) =>
      sets.every(({ attributes }) => attributes[name] === value),
    ),
  );
  const representations = sets.flatMap((set) => {
    const own = set.children.filter((child) => !isNamed(child, "Representation"));
    const attributes = Object.fromEntries(
      Object.entries(set.attributes).filter(
        ([name]) => ofRepresentation.has(name) && !(name in shared),
      ),
    );
    return set.children
      .filter((child) => isNamed(child, "Representation"))
      .map((child) => ({
        ...child,
        attributes: { ...child.attributes, ...attributes },
        children: [...own, ...child.children],
      }));
  });
  return { ...first, attributes: { ...shared, id }, children: representations };
}

/** What a Representation may say of itself (5.3.7, RepresentationBaseType). */
const ofRepresentation = new Set(["width", "height", "frameRate", "sar"]);

function isNamed(child: XmlElement | string, name: string): child is XmlElement {
  return typeof child !== "string" && child.name === name;
}
