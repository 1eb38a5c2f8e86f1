/** Where something stands in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A field of a CUE text: the names that lead to it, and where the last of them stands. */
export interface LabelPlace extends Place {
  readonly path: readonly string[];
}

const token =
  /(?<space>[ \t\r]+|\/\/[^\n]*)|(?<line>\n)|(?<string>#*"""[\s\S]*?"""#*|#"(?:[^"\n]|"(?!#))*"#|"(?:[^"\\\n]|\\.)*")|(?<name>[\p{L}_$#][\p{L}\p{N}_$#]*)|(?<other>[\s\S])/gu;

/**
 * The fields of a text of CUE that is well-formed, in its order. CUE's messages name a field by its path and
 * not by its place, so this finds the place. Fields inside lists and expressions are left out.
 */
export function labelPlaces(text: string): LabelPlace[] {
  const found: LabelPlace[] = [];
  /** The names that lead to the struct that is open, one entry a brace; null inside what holds no fields of the text's own. */
  const open: (readonly string[] | null)[] = [[]];
  let leading: readonly string[] = [];
  let pending: { readonly name: string; readonly at: number } | null = null;
  let line = 1;
  let lineStart = 0;
  const base = (): readonly string[] | null => open.at(-1) ?? null;
  for (const { 0: word, index, groups = {} } of text.matchAll(token)) {
    if (groups["space"] !== undefined) continue;
    if (groups["line"] !== undefined || word === ",") {
      pending = null;
      leading = [];
    } else if (groups["name"] !== undefined || groups["string"] !== undefined) {
      pending = { name: word.replaceAll(/^"|"$/g, ""), at: index };
    } else if (word === ":" && pending !== null && base() !== null) {
      leading = [...leading, pending.name];
      const path = [...(base() ?? []), ...leading];
      found.push({ path, line, column: pending.at - lineStart + 1 });
      pending = null;
    } else if (word === "{") {
      const outer = base();
      open.push(outer === null ? null : [...outer, ...leading]);
      leading = [];
      pending = null;
    } else if (word === "[" || word === "(") {
      open.push(null);
    } else if ("}])".includes(word)) {
      if (open.length > 1) open.pop();
      pending = null;
    } else if (word !== "?" && word !== "!") pending = null;
    const breaks = word.split("\n").length - 1;
    if (breaks > 0) {
      line += breaks;
      lineStart = index + word.lastIndexOf("\n") + 1;
    }
  }
  return found;
}
