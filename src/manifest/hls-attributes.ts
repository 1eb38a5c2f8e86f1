/** The attribute list of an HLS tag (RFC 8216, 4.2): values as written, quotes included, in order. */
export type HlsAttributes = ReadonlyMap<string, string>;

/** Parses what follows the first colon of a tag line. */
export function parseHlsAttributes(line: string): HlsAttributes {
  const list = line.slice(line.indexOf(":") + 1);
  const attributes = new Map<string, string>();
  for (const [, name, value] of list.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g)) {
    if (name !== undefined && value !== undefined) attributes.set(name, value);
  }
  return attributes;
}

export function printHlsTag(tag: string, attributes: HlsAttributes): string {
  return `${tag}:${Array.from(attributes, ([name, value]) => `${name}=${value}`).join(",")}`;
}

/** A quoted string; it can hold neither quotes nor line breaks. */
export function hlsQuoted(text: string): string {
  return `"${text.replaceAll(/["\r\n]+/g, " ")}"`;
}
