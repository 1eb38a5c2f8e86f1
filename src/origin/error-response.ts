import type { ViewraError } from "../errors/viewra-error.ts";
import { uncachedHeaders } from "./content-headers.ts";

/**
 * An error as JSON that no cache may keep. "Not there" and "not ready" are both 404: CDNs keep other
 * errors for seconds to minutes whatever they are told (CloudFront honours no-store on 404, 410, 414, 501).
 */
export function errorResponse(
  error: ViewraError,
  requestId: string,
  extraHeaders: Readonly<Record<string, string>> = {},
): Response {
  const retryAfter = retryAfterSeconds(error);
  const body = {
    error: {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
      request_id: requestId,
    },
  };
  const headers = {
    ...uncachedHeaders,
    "Content-Type": "application/json",
    "X-Request-Id": requestId,
    ...(retryAfter === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfter)) }),
    ...extraHeaders,
  };
  return new Response(JSON.stringify(body), { status: error.status, headers });
}

/** A player that waited in vain for a segment should ask again, even where nobody said when. */
function retryAfterSeconds(error: ViewraError): number | undefined {
  return error.retryAfterSeconds ?? (error.code === "OBJECT_NOT_READY" ? 1 : undefined);
}
