import { XMLParser } from "fast-xml-parser";
import { decode } from "html-entities";

/** An XML element; attributes and children in document order, names with their prefixes. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements, or the text of a leaf. Comments are dropped. */
  readonly children: readonly (XmlElement | string)[];
}

const attributesKey = ":@";
const textKey = "#text";

export interface XmlReading {
  /** Names lose their prefixes. */
  readonly withoutPrefixes?: boolean;
  /** Spaces around and between elements are text. */
  readonly withSpaces?: boolean;
}

/** The root element of a document; null when it is none. */
export function parseXml(
  text: string,
  { withoutPrefixes = false, withSpaces = false }: XmlReading = {},
): XmlElement | null {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    removeNSPrefix: withoutPrefixes,
    trimValues: !withSpaces,
    // One that the document names may stand for millions of others, and numbers are not among those that it knows.
    processEntities: false,
  });
  try {
    const nodes: unknown = parser.parse(text, true);
    const root = toChildren(nodes).find((child) => typeof child !== "string");
    return typeof root === "object" ? root : null;
  } catch {
    return null;
  }
}

/** fast-xml-parser's ordered form: `{ "tag": [children], ":@": { attributes } }` and `{ "#text": "…" }`. */
function toChildren(nodes: unknown): (XmlElement | string)[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => toChild(node));
}

function toChild(node: unknown): (XmlElement | string)[] {
  if (typeof node !== "object" || node === null) return [];
  const attributes: Record<string, string> = {};
  let name: string | undefined;
  let content: unknown;
  const entries: readonly [string, unknown][] = Object.entries(node);
  for (const [key, value] of entries) {
    if (key === attributesKey) {
      for (const [of, text] of Object.entries(value ?? {})) attributes[of] = decoded(String(text));
    } else [name, content] = [key, value];
  }
  if (name === undefined) return [];
  if (name === textKey) return [decoded(String(content))];
  return [{ name, attributes, children: toChildren(content) }];
}

/** Names of HTML too, which documents have now and then. */
const decoded = (text: string): string => decode(text, { level: "html5", scope: "strict" });

/** A whole document, two spaces a level, as Shaka (libxml2) prints it. */
export function printXml(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  printElement(root, "", lines);
  return `${lines.join("\n")}\n`;
}

function printElement(element: XmlElement, indent: string, lines: string[]): void {
  const { name, children } = element;
  const attributes = Object.entries(element.attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(value)}"`,
  );
  const open = `${indent}<${name}${attributes.join("")}`;
  if (children.length === 0) {
    lines.push(`${open}/>`);
  } else if (children.every((child) => typeof child === "string")) {
    lines.push(`${open}>${escapeXml(children.join(""))}</${name}>`);
  } else {
    lines.push(`${open}>`);
    for (const child of children) {
      if (typeof child !== "string") printElement(child, `${indent}  `, lines);
    }
    lines.push(`${indent}</${name}>`);
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text and attribute values alike; characters that XML 1.0 cannot hold (2.2) are dropped. */
function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- these are the ones that must go
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replaceAll(/[&<>"]/g, (character) => entities[character] ?? character)
  );
}
