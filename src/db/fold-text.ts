/** Text without case and accents: what is compared when somebody types a search. */
export function foldText(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** A title as it sorts: folded, and `Part 2` before `Part 10`. */
export function sortTitle(title: string): string {
  return foldText(title).replaceAll(/\d+/g, (digits) => digits.padStart(8, "0"));
}
