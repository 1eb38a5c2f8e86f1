/** A tag of a block of overrides: `["i", "1"]`, `["pos", "(10,20)"]`. */
export type OverrideTag = readonly [name: string, value: string];

/**
 * Names that begin as others do, the longer ones first, as libass tells them apart: `\bord2` is a border and not
 * bold type, `\alpha` no alignment.
 */
const name = /\\\s*(iclip|blur|bord|alpha|pbo|pos|be|an|a|b|i|u|r|p|t)/y;

/** What stands between the braces of a script of SubStation Alpha, of tags that say what WebVTT can say. */
export function overrideTags(block: string): OverrideTag[] {
  const found: OverrideTag[] = [];
  for (let at = block.indexOf("\\"); at >= 0;) {
    name.lastIndex = at;
    const known = name.exec(block);
    let end = endOfValue(block, at + (known?.[0].length ?? 1));
    // What moves to another look is there after a while; tags in it are its own.
    if (known?.[1] !== undefined && known[1] !== "t") {
      found.push([known[1], block.slice(at + known[0].length, end).trim()]);
    }
    at = block.indexOf("\\", end);
  }
  return found;
}

/** The next tag's place, or that behind the parentheses; those that stay open hold the rest. */
function endOfValue(block: string, from: number): number {
  let depth = 0;
  for (let at = from; at < block.length; at++) {
    if (block[at] === "(") depth++;
    if (block[at] === ")" && --depth <= 0) return at + 1;
    if (block[at] === "\\" && depth === 0) return at;
  }
  return block.length;
}

/** As an override says it: on, off, or as it is by itself (`null`). */
export function isOn(tag: "i" | "u" | "b", value: string): boolean | null {
  const number = value === "" ? NaN : Number(value);
  if (number === 0 || number === 1) return number === 1;
  // A weight.
  return tag === "b" && number >= 100 ? number >= 600 : null;
}

/** `(10,20)` as its numbers; null for what is none. */
export function pointOf(value: string): { readonly x: number; readonly y: number } | null {
  const [x = NaN, y = NaN] = value.replace(/^\(/, "").replace(/\)$/, "").split(",", 2).map(Number);
  return Number.isFinite(x) && Number.isFinite(y) ? { x, y } : null;
}
