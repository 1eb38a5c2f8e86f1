import { hasCurrent } from "../http/preconditions.ts";

/** A text that may change under its address, as an answer: clients ask each time, and are told 304. PRECONDITION_FAILED. */
export async function textResponse(
  request: Headers,
  mediaType: string,
  text: string,
): Promise<Response> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const etag = `"${new Uint8Array(digest).toHex().slice(0, 32)}"`;
  const headers = new Headers({
    "Content-Type": mediaType,
    "Cache-Control": "private, no-cache",
    ETag: etag,
  });
  if (hasCurrent(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(text, { headers });
}
