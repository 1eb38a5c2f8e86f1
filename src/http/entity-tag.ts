/**
 * Whether an If-None-Match field names the entity tag: `*`, or one of its tags by weak comparison
 * (RFC 9110 13.1.2). A field of another form names none, so that everything is sent.
 */
export function matchesWeakly(field: string, tag: string): boolean {
  if (field === tag) return true;
  const named = parseTags(field);
  return named === "*" || named.some((each) => opaque(each) === opaque(tag));
}

/**
 * Whether an If-Match field names the entity tag: `*`, or one of its tags by strong comparison, which a weak
 * tag never passes (RFC 9110 13.1.1). A field of another form names none, so that nothing is done.
 */
export function matchesStrongly(field: string, tag: string): boolean {
  const named = parseTags(field);
  return named === "*" || (!isWeak(tag) && named.includes(tag));
}

/** `W/` is case-sensitive (RFC 9110 8.8.3). */
function isWeak(tag: string): boolean {
  return tag.startsWith("W/");
}

function opaque(tag: string): string {
  return isWeak(tag) ? tag.slice(2) : tag;
}

/** One element of a list, which may be empty (RFC 9110 5.6.1.2), and the comma after it. A tag may hold commas. */
const element = /[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(,|$)/y;

/** The tags of a field; none where it is no list of them from end to end. */
function parseTags(field: string): "*" | readonly string[] {
  if (/^[ \t]*\*[ \t]*$/.test(field)) return "*";
  const tags: string[] = [];
  for (let position = 0; ; position = element.lastIndex) {
    element.lastIndex = position;
    const [whole, tag, end] = element.exec(field) ?? [];
    if (whole === undefined) return [];
    if (tag !== undefined) tags.push(tag);
    if (end === "") return tags;
  }
}
