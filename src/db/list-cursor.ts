import * as v from "valibot";
import { ViewraError } from "../errors/viewra-error.ts";

const cursor = v.object({
  sort: v.string(),
  order: v.picklist(["asc", "desc"]),
  /** Sort key and row number of the last row that was handed out. */
  value: v.union([v.string(), v.number()]),
  number: v.pipe(v.number(), v.safeInteger()),
  /** Length of the whole list when its first page was read: counting again would cost more than the page. */
  total: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

export type ListCursor = v.InferOutput<typeof cursor>;

/** A place in a sorted list as text that is safe in a URL. */
export function encodeCursor(place: ListCursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify(place));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Throws INVALID_REQUEST unless the text came from `encodeCursor` for the same sort and order. */
export function decodeCursor(text: string, sort: string, order: "asc" | "desc"): ListCursor {
  const place = parse(text);
  if (place?.sort === sort && place.order === order) return place;
  const got = place ? `one for ${place.sort} ${place.order}` : "something else";
  throw new ViewraError(
    "INVALID_REQUEST",
    `expected a cursor of a list sorted by ${sort} ${order}, got ${got}`,
  );
}

function parse(text: string): ListCursor | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    const result = v.safeParse(cursor, JSON.parse(new TextDecoder().decode(bytes)));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
