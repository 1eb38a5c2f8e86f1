import type { XmlElement } from "../media/xml-element.ts";

/** An MPD with further AdaptationSets behind its own; each is given its id. */
export function withFurtherSets(
  mpd: XmlElement,
  further: readonly ((id: string) => XmlElement)[],
): XmlElement {
  return {
    ...mpd,
    children: mpd.children.map((child) => {
      if (typeof child === "string" || child.name !== "Period") return child;
      const sets = further.map((set, i) => set(String(countSets(child) + i)));
      return { ...child, children: [...child.children, ...sets] };
    }),
  };
}

function countSets({ children }: XmlElement): number {
  return children.filter((child) => typeof child !== "string" && child.name === "AdaptationSet")
    .length;
}
