import { ViewraError } from "../errors/viewra-error.ts";
import { parseByteRange } from "../http/byte-range.ts";
import { hasCurrent } from "../http/preconditions.ts";
import { wholeBody } from "../http/whole-body.ts";
import type { ContentHeaders } from "./content-headers.ts";

/** What a request for an existing object is answered with, before it becomes a Response. */
export type Selection =
  | { readonly status: 200 | 304 }
  | { readonly status: 206; readonly start: number; readonly end: number };

/**
 * Evaluates the preconditions in the order of RFC 9110 13.2.2. There are no dates: nothing here has a
 * Last-Modified, so fields that compare dates are ignored (If-Range with a date: never equal).
 * Throws PRECONDITION_FAILED and RANGE_NOT_SATISFIABLE.
 */
export function selectRepresentation(
  method: string,
  fields: Headers,
  tag: string,
  sizeBytes: number,
): Selection {
  if (hasCurrent(fields, tag)) return { status: 304 };
  const range = fields.get("range");
  // Ranges are defined for GET only (RFC 9110 14.2).
  if (range === null || method !== "GET") return { status: 200 };
  const ifRange = fields.get("if-range");
  if (ifRange !== null && ifRange.trim() !== tag) return { status: 200 };
  const wanted = parseByteRange(range, sizeBytes);
  if (wanted === undefined) return { status: 200 };
  if (wanted === "unsatisfiable") throw new ViewraError("RANGE_NOT_SATISFIABLE");
  return { status: 206, ...wanted };
}

/** What is to be served. */
export interface ServedBytes {
  /** Bytes `[start, end)`; everything when left out. */
  body(start?: number, end?: number): Blob;
}

/** The response to a selection. */
export function objectResponse(
  request: Request,
  object: ServedBytes,
  sizeBytes: number,
  { whole }: ContentHeaders,
  selection: Selection,
): Response | Promise<Response> {
  if (selection.status === 304) return notModified(whole);
  if (selection.status === 206) {
    const { start, end } = selection;
    const headers = new Headers(whole);
    headers.set("Content-Range", `bytes ${start}-${end - 1}/${sizeBytes}`);
    headers.set("Content-Length", String(end - start));
    return new Response(object.body(start, end), { status: 206, headers });
  }
  if (request.method === "HEAD") {
    const headers = new Headers(whole);
    headers.set("Content-Length", String(sizeBytes));
    return new Response(null, { headers });
  }
  if (request.headers.has("range")) return rangeIgnored(object, sizeBytes, whole);
  return new Response(object.body(), { headers: whole });
}

function notModified(whole: Headers): Response {
  const headers = new Headers(whole);
  headers.delete("Content-Type");
  return new Response(null, { status: 304, headers });
}

/** More is sent piece by piece, without its length. */
const largestInMemory = 64 * 1024 * 1024;

/**
 * Bun answers the Range of a request for a file by itself, reading some fields otherwise than we do:
 * `bytes=500-5` of 100 bytes became a 416 with the object's year-long lifetime. So then no file.
 */
async function rangeIgnored(
  object: ServedBytes,
  sizeBytes: number,
  headers: Headers,
): Promise<Response> {
  const bytes = object.body();
  if (sizeBytes > largestInMemory) return new Response(wholeBody(bytes, sizeBytes), { headers });
  return new Response(await bytes.arrayBuffer(), { headers });
}
