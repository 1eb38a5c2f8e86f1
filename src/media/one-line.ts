/** A title as one line of at most 200 characters that cannot turn the text around it; null for none. */
export function oneLine(said: string | undefined): string | null {
  const text = (said ?? "")
    .toWellFormed()
    .replaceAll(/[\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}]/gu, "")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return text === "" ? null : Array.from(text).slice(0, 200).join("");
}
