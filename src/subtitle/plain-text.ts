import { decodeEntity } from "html-entities";

/** Of a cue's markup: text as it is read, or a tag that every notation has. */
export interface MarkupPart {
  /** null for text. */
  readonly tag: { readonly name: string; readonly isEnd: boolean } | null;
  /** Without references; lines are lines. */
  readonly text: string;
}

/** A cue's markup in order; tags other than i, b and u are left out. */
export function markupParts(markup: string): MarkupPart[] {
  return markup.split(/(<[^>]*>)/).flatMap((part): MarkupPart[] => {
    const [, slash, name] = /^<(\/?)([ibu])(?:\.[^>]*)?>$/.exec(part) ?? [];
    if (name !== undefined) return [{ tag: { name, isEnd: slash === "/" }, text: "" }];
    if (part === "" || part.startsWith("<")) return [];
    return [{ tag: null, text: withoutReferences(part) }];
  });
}

const reference = /&(?:[a-z][a-z0-9]{1,31}|#\d{1,7}|#x[0-9a-f]{1,6});/gi;

/** Text in which the characters stand that HTML has names or numbers for; what is no name stays as it is. */
export function withoutReferences(text: string): string {
  if (!text.includes("&")) return text;
  // A line that ends by its number is no line of the file.
  return text.replaceAll(reference, (all) => decodeEntity(all).replaceAll(/[\t\r\n]/g, " "));
}
