import type { Place } from "./label-places.ts";

/**
 * Where the syntax of a text goes wrong. CUE's WebAssembly says what is wrong and not where; but a parser
 * reads from the left and reports the first fault, so the fault stands at the end of the shortest beginning of the
 * text that is refused with the same message.
 */
export function syntaxPlace(
  text: string,
  message: string,
  refusalOf: (text: string) => string | null,
): Place {
  const said = withoutCount(message);
  const isThere = (length: number): boolean => {
    const refusal = refusalOf(text.slice(0, length));
    return refusal !== null && withoutCount(refusal) === said;
  };
  let [from, to] = [0, text.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isThere(middle)) to = middle;
    else from = middle + 1;
  }
  const before = text.slice(0, Math.max(0, to - 1));
  return {
    line: before.split("\n").length,
    column: before.length - (before.lastIndexOf("\n") + 1) + 1,
  };
}

/** ` (and 2 more errors)`. */
function withoutCount(message: string): string {
  return message.replace(/ \(and \d+ more errors?\)$/, "");
}
