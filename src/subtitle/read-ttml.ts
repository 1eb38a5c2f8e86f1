import { parseXml, type XmlElement } from "../media/xml-element.ts";
import type { Cue } from "./cue.ts";
import { alignmentOf, linesOf, placeSettings, type Alignment } from "./placement.ts";
import { inOrder } from "./read-cues.ts";
import { markupOf, type Look, type StyledText } from "./styled-text.ts";
import { ttmlClock, ttmlTimeMs, type TtmlClock } from "./ttml-time.ts";

type Attributes = XmlElement["attributes"];

interface Document {
  readonly clock: TtmlClock;
  /** By id: what a style says, and what those say that it refers to. */
  readonly styles: ReadonlyMap<string, Attributes>;
  readonly regions: ReadonlyMap<string, Attributes>;
}

/** What holds for what stands in an element. */
interface Context {
  readonly startMs: number;
  readonly endMs: number;
  readonly style: Attributes;
  readonly region: Attributes | null;
  readonly keepsSpace: boolean;
  readonly depth: number;
}

/** The cues of a TTML document, of any profile; null where it is none. */
export function readTtml(text: string): Cue[] | null {
  const tt = parseXml(text, { withoutPrefixes: true, withSpaces: true });
  if (tt?.name !== "tt") return null;
  const head = elementsOf(tt, "head");
  const found = elementsBelow(head, "style").filter(
    ({ attributes }) => attributes["id"] !== undefined,
  );
  const styles = resolvedStyles(found);
  const regions = elementsBelow(head, "region").map((region): [string, Attributes] => {
    const own = elementsOf(region, "style").map(({ attributes }) => attributes);
    return [region.attributes["id"] ?? "", merged(styledBy(region, styles), ...own)];
  });
  const document = { clock: ttmlClock(tt.attributes), styles, regions: new Map(regions) };
  const context: Context = {
    ...{ startMs: 0, endMs: Infinity, style: {}, region: null, keepsSpace: false, depth: 0 },
  };
  const cues: Cue[] = [];
  const outer = within(document, tt, context);
  for (const body of elementsOf(tt, "body")) collect(document, body, outer, cues);
  return inOrder(cues);
}

/** What nests deeper is no text of a film. */
const deepest = 64;

function collect(document: Document, element: XmlElement, outer: Context, cues: Cue[]): void {
  if (outer.depth > deepest) return;
  const context = within(document, element, outer);
  if (element.name === "p") {
    addCue(document, element, context, cues);
    return;
  }
  for (const child of element.children) {
    if (typeof child !== "string") collect(document, child, context, cues);
  }
}

/** Times count from what is around; what is said nearer goes before. */
function within(
  { clock, styles, regions }: Document,
  element: XmlElement,
  outer: Context,
): Context {
  const { attributes } = element;
  const time = (name: string): number | null => ttmlTimeMs(attributes[name] ?? "", clock);
  const startMs = outer.startMs + (time("begin") ?? 0);
  const ends = [time("end"), time("dur")].map((ms, i) =>
    ms === null ? Infinity : (i === 0 ? outer.startMs : startMs) + ms,
  );
  const space = attributes["space"];
  return {
    ...{ startMs, endMs: Math.min(outer.endMs, ...ends) },
    style: merged(outer.style, styledBy(element, styles)),
    region: regions.get(attributes["region"] ?? "") ?? outer.region,
    keepsSpace: space === undefined ? outer.keepsSpace : space === "preserve",
    depth: outer.depth + 1,
  };
}

function addCue(document: Document, element: XmlElement, context: Context, cues: Cue[]): void {
  const parts: StyledText[] = [];
  addText(document, element.children, context, parts, cues);
  const markup = markupOf(context.keepsSpace ? parts : withoutSpaces(parts));
  const place = placeOf(context);
  cues.push({
    ...{ startMs: context.startMs, endMs: context.endMs, markup },
    settings: placeSettings(place, null, linesOf(markup)),
  });
}

function addText(
  document: Document,
  nodes: XmlElement["children"],
  context: Context,
  parts: StyledText[],
  cues: Cue[],
): void {
  if (context.depth > deepest) return;
  const look = lookOf(context);
  for (const node of nodes) {
    if (typeof node === "string") {
      parts.push({ text: context.keepsSpace ? node : node.replaceAll(/[ \t\r\n]+/g, " "), look });
    } else if (node.name === "br") {
      parts.push({ text: "\n", look });
    } else if (node.name === "span") {
      const inner = within(document, node, context);
      const isTimed = ["begin", "end", "dur"].some((name) => node.attributes[name] !== undefined);
      if (isTimed) addCue(document, node, inner, cues);
      else addText(document, node.children, inner, parts, cues);
    }
  }
}

/** The space of indented lines is none of the text's. */
function withoutSpaces(parts: readonly StyledText[]): StyledText[] {
  const kept: StyledText[] = [];
  let before = "\n";
  for (const { text, look } of parts) {
    const own = /[ \n]$/.test(before) ? text.replace(/^ +/, "") : text;
    if (own === "") continue;
    kept.push({ text: own, look });
    before = own;
  }
  return kept;
}

function lookOf({ style, region }: Context): Look {
  const of = (name: string): string => style[name] ?? region?.[name] ?? "";
  return {
    italic: /^(?:italic|oblique)$/.test(of("fontStyle")),
    bold: of("fontWeight") === "bold",
    underline: /\bunderline\b/.test(of("textDecoration")),
  };
}

/** What says nothing of its place stands where subtitles do, not where the standard's default is: at the top. */
function placeOf({ style, region }: Context): Alignment {
  const textAlign = style["textAlign"] ?? region?.["textAlign"] ?? "center";
  const column = /^(?:left|start)$/.test(textAlign) ? 1 : /^(?:right|end)$/.test(textAlign) ? 3 : 2;
  const [, top = null] = percentsOf(region?.["origin"]);
  const [, height = null] = percentsOf(region?.["extent"]);
  const align = region?.["displayAlign"] ?? (top === null ? "after" : "before");
  const share = align === "before" ? 0 : align === "center" ? 0.5 : 1;
  const [from, size] = [top ?? 0, height ?? (top === null ? 100 : 100 - top)];
  const y = from + size * share;
  const row = y < 100 / 3 ? 6 : y < 200 / 3 ? 3 : 0;
  return alignmentOf(row + column) ?? 2;
}

function percentsOf(value = ""): (number | null)[] {
  return value
    .trim()
    .split(/\s+/, 2)
    .map((part) => (/^\d{1,3}(?:\.\d{1,9})?%$/.test(part) ? Number.parseFloat(part) : null));
}

/** Styles may refer to others, and those in a circle. */
function resolvedStyles(elements: readonly XmlElement[]): ReadonlyMap<string, Attributes> {
  const byId = new Map(elements.map((element) => [element.attributes["id"] ?? "", element]));
  const resolved = new Map<string, Attributes>();
  const resolve = (id: string, depth: number): Attributes => {
    const element = byId.get(id);
    const known = resolved.get(id);
    if (known !== undefined || element === undefined || depth > maxReferences) {
      return known ?? {};
    }
    // Whoever comes back here finds it.
    resolved.set(id, element.attributes);
    const others = referencesOf(element).map((other) => resolve(other, depth + 1));
    const style = merged(...others, element.attributes);
    resolved.set(id, style);
    return style;
  };
  for (const id of byId.keys()) resolve(id, 0);
  return resolved;
}

/** Of styles one by another. */
const maxReferences = 50;

const referencesOf = ({ attributes }: XmlElement): string[] =>
  (attributes["style"] ?? "").trim().split(/\s+/, maxReferences);

function styledBy(element: XmlElement, styles: Document["styles"]): Attributes {
  const referred = referencesOf(element).map((id) => styles.get(id) ?? {});
  return merged(...referred, element.attributes);
}

/** What styles say here; of two the later one counts. */
const styleNames = new Set(
  "fontStyle fontWeight textDecoration textAlign displayAlign origin extent".split(" "),
);

function merged(...all: readonly Attributes[]): Attributes {
  return Object.fromEntries(
    all.flatMap((each) => Object.entries(each).filter(([name]) => styleNames.has(name))),
  );
}

const elementsOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  (element?.children ?? [])
    .filter((child) => typeof child !== "string")
    .filter((child) => child.name === name);

function elementsBelow(elements: readonly XmlElement[], name: string): XmlElement[] {
  return elements.flatMap((element) => [
    ...elementsOf(element, name),
    ...elementsBelow(
      element.children.filter((child) => typeof child !== "string"),
      name,
    ),
  ]);
}
