/** The strong entity tag of bytes with this SHA-256 (RFC 9110 8.8.3). */
export function entityTag(sha256: string): string {
  return `"sha256-${sha256}"`;
}

/** Whether an If-None-Match field names the tag: `*`, or one of its tags by weak comparison (RFC 9110 13.1.2). */
export function matchesWeakly(field: string, tag: string): boolean {
  if (field === tag || field.trim() === "*") return true;
  return tagsOf(field).some((each) => each.replace(/^W\//, "") === tag);
}

/** Whether an If-Match field names the tag: `*`, or one of its tags by strong comparison (RFC 9110 13.1.1). */
export function matchesStrongly(field: string, tag: string): boolean {
  return field.trim() === "*" || tagsOf(field).includes(tag);
}

/** A comma may stand inside a tag, so this does not split at commas. */
function tagsOf(field: string): string[] {
  return field.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
}
