/** Where content is served, by contract (CONTENT_BASE_URL only changes what URLs are printed). */
const contentPrefix = "/api/v1/content/";

export interface ContentAddress {
  /** Of no proven form: any text up to the first `/`. */
  readonly hash: string;
  readonly name: string;
}

/** First parts below the prefix that are other routes, not contents. */
const otherRoutes = new Set(["by-media"]);

/**
 * The address of an object in a request's URL; undefined for every other URL, the control routes beside
 * the content among them (`stats`, `by-media/…`, `{hash}`, `{hash}/info`). Nothing is decoded: no object
 * has a name that needs it, so `%2f` is a name that does not exist. The query is ignored, as caches and
 * players add to it.
 *
 * `new URL` would cost more than all else this does, and a request without a Host header has a mere path
 * as its URL in Bun.
 */
export function parseContentAddress(url: string): ContentAddress | undefined {
  const authority = url.indexOf("://");
  const path = authority === -1 ? 0 : url.indexOf("/", authority + 3);
  if (path === -1 || !url.startsWith(contentPrefix, path)) return undefined;
  const start = path + contentPrefix.length;
  const slash = url.indexOf("/", start);
  if (slash === -1) return undefined;
  const hash = url.slice(start, slash);
  const name = url.slice(slash + 1, endOfPath(url, slash + 1));
  if (hash.includes("?") || otherRoutes.has(hash) || name === "info") return undefined;
  return { hash, name };
}

function endOfPath(url: string, from: number): number {
  const query = url.indexOf("?", from);
  if (query !== -1) return query;
  const fragment = url.indexOf("#", from);
  return fragment === -1 ? url.length : fragment;
}
