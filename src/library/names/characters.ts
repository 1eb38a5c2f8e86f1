/** Separators at the ends of what is left of a name, and brackets that hold nothing. */
const edges = /^[\s\-–—_,;:|~+=&・.]+|[\s\-–—_,;:|~+=&・([{]+$/g;
const emptyBrackets = /\(\s*\)|\[\s*\]|\{\s*\}/g;

/** Full-width digits, letters and brackets, and Arabic digits, as the ASCII they stand for; other punctuation is a title's own. */
export function halfWidth(text: string): string {
  return text
    .normalize("NFC")
    .replaceAll(/[０-９Ａ-Ｚａ-ｚ（）［］．＿－]/g, (character) =>
      String.fromCharCode(character.charCodeAt(0) - 0xfee0),
    )
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll("\u3000", " ")
    .replaceAll(/[【〔]/g, "[")
    .replaceAll(/[】〕]/g, "]");
}

/** Words without the separators around them. */
export function trimmed(text: string): string {
  const whole = text.replaceAll(emptyBrackets, " ").replaceAll(/\s+/g, " ");
  const inner = whole.replaceAll(edges, "").replace(/^\)+\s*/, "");
  // `Ten.` of a sentence stays, `Ten .` does not.
  return inner.replace(/\s[.\s]+$/, "").trim();
}

/** Names hold at most 255 characters on every file system in use; beyond, nothing is looked for. */
export const longestName = 1000;

/** Dots inside words: `S.W.A.T.`, `5.1`. */
const keptDot = "\u2024";

/** Dots and underscores as the spaces they stand for, where they stand for spaces. */
export function spaced(text: string): string {
  const plain = text
    .replaceAll("_", " ")
    .replaceAll(/(?<![\p{L}\p{N}])([hx])[. ](26[456])(?!\d)/giu, "$1$2")
    .replaceAll(/(?<=[\p{L}\p{N})])-(?=(?:\d{3,4}[pi]|[48]k)(?![\p{L}\p{N}]))/giu, " - ");
  const outside = plain.replaceAll(/\[[^[\]]*\]|\([^()]*\)/g, "");
  const joints = outside.match(/\S\.(?=\S)/g)?.length ?? 0;
  const spaces = outside.match(/\S\s/g)?.length ?? 0;
  // `11.22.63` is a name.
  const isNumber = !/\p{L}/u.test(plain) && !/^\d+\.(?:19|20)\d\d$/.test(plain);
  if (joints <= spaces || isNumber) return plain.replaceAll(/\s+/g, " ").trim();
  return plain
    .replaceAll(
      /(?<![\p{L}\p{N}])(?:\p{Lu}\.){2,}(?!\p{L}\.)/gu,
      (word) => `${word.replaceAll(".", keptDot)} `,
    )
    .replaceAll(/(?<!\d)[257]\.[01](?!\d)/g, (layout) => layout.replace(".", keptDot))
    .replaceAll(".", " ")
    .replaceAll(keptDot, ".")
    .replaceAll(/\s+/g, " ")
    .trim();
}
