import { ViewraError } from "../errors/viewra-error.ts";
import { parseByteRange } from "../http/byte-range.ts";
import { hasCurrent } from "../http/preconditions.ts";
import { wholeBody } from "../http/whole-body.ts";
import type { FileBytes } from "./services.ts";

/**
 * A file of the library as an answer: whole or a range, conditional by its size and time of change.
 * Errors: MEDIA_MISSING when it cannot be opened, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE.
 */
export function fileResponse(
  request: Headers,
  file: { readonly id: string; readonly mediaType: string },
  bytes: FileBytes | null,
): Response {
  if (bytes === null) {
    throw new ViewraError("MEDIA_MISSING", undefined, { details: { id: file.id } });
  }
  const { sizeBytes, modifiedMs } = bytes;
  const etag = `"${sizeBytes.toString(36)}-${Math.trunc(modifiedMs).toString(36)}"`;
  const headers = new Headers({
    "Content-Type": file.mediaType,
    "Accept-Ranges": "bytes",
    // The file may change under its id: ask each time, and be told 304.
    "Cache-Control": "private, no-cache",
    ETag: etag,
  });
  if (hasCurrent(request, etag)) return new Response(null, { status: 304, headers });
  const condition = request.get("if-range");
  const rangeHolds = condition === null || condition === etag;
  const field = request.get("range");
  const range = field !== null && rangeHolds ? parseByteRange(field, sizeBytes) : undefined;
  if (range === "unsatisfiable") {
    throw new ViewraError("RANGE_NOT_SATISFIABLE", undefined, { details: { size: sizeBytes } });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  headers.set("Content-Length", String(end - start));
  if (range === undefined) {
    const whole = bytes.slice(0, sizeBytes);
    return new Response(field === null ? whole : wholeBody(whole, sizeBytes), { headers });
  }
  headers.set("Content-Range", `bytes ${start}-${end - 1}/${sizeBytes}`);
  return new Response(bytes.slice(start, end), { status: 206, headers });
}
