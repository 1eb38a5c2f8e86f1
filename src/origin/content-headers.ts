import type { ObjectRecord } from "../store/content-store.ts";
import { contentType } from "./content-type.ts";

/** On every answer, errors too: without them a page of another origin cannot even see that it failed. */
const openHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers":
    "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After, X-Request-Id",
  "Timing-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
} as const;

export const uncachedHeaders = { ...openHeaders, "Cache-Control": "no-store" } as const;

/** The finished headers of an object or a file: what is common to its 200, 206 and 304. */
export interface ContentHeaders {
  readonly tag: string;
  readonly whole: Headers;
}

export interface ContentHeadersCache {
  of(record: ObjectRecord): ContentHeaders;
}

const cachedRecords = 4096;

/**
 * Headers objects are kept and handed to one Response after another, which copies them: measured in
 * Bun 1.4.5, 10.9 µs of CPU a request of 4 KB against 13.8 with an object literal of the same eight fields.
 */
export function createContentHeadersCache(): ContentHeadersCache {
  const cache = new Map<ObjectRecord, ContentHeaders>();
  return {
    of: (record) => {
      const kept = cache.get(record);
      if (kept) return kept;
      const made = describe(record);
      // Starting over is cheaper than keeping an order, and bounds it as well.
      if (cache.size >= cachedRecords) cache.clear();
      cache.set(record, made);
      return made;
    },
  };
}

function describe(record: ObjectRecord): ContentHeaders {
  return immutableHeaders(`"sha256-${record.sha256}"`, contentType(record.name));
}

/** Of a media file as it is: its hash is of samples of its bytes, and of the time they changed. */
export function fileHeaders(hash: string, mediaType: string): ContentHeaders {
  return immutableHeaders(`"sha256-sampled-${hash}"`, mediaType);
}

/** `tag` is strong: equal tags are equal bytes (RFC 9110 8.8.1). */
export function immutableHeaders(tag: string, mediaType: string): ContentHeaders {
  const whole = new Headers({
    ...openHeaders,
    "Accept-Ranges": "bytes",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Type": mediaType,
    ETag: tag,
  });
  return { tag, whole };
}
