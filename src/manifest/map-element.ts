import type { XmlElement } from "../media/xml-element.ts";

/** A copy with every element of a name, at any depth, replaced by what `change` makes of it. */
export function mapElement(
  element: XmlElement,
  name: string,
  change: (found: XmlElement) => XmlElement,
): XmlElement {
  const children = element.children.map((child) => {
    if (typeof child === "string") return child;
    return child.name === name ? change(child) : mapElement(child, name, change);
  });
  return { ...element, children };
}
