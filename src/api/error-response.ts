import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { ApiEnv } from "./api-app.ts";
import type { ErrorBody } from "./schemas/error-schema.ts";

/** The answer to a request that failed; what led to the error stays out of it. */
export function errorResponse(thrown: unknown, c: Context<ApiEnv>): Response {
  // A body that breaks off with its connection is the client's doing, and nobody is left to be answered.
  const error = c.req.raw.signal.aborted
    ? new ViewraError("CANCELLED", undefined, { cause: thrown })
    : fromThrown(thrown);
  const { code, message, details, retryAfterSeconds } = error;
  const body: ErrorBody = {
    error: {
      code,
      message,
      ...(details === undefined ? {} : { details }),
      ...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
      request_id: c.get("requestId"),
    },
  };
  const headers = new Headers({ "Content-Type": "application/json" });
  if (retryAfterSeconds !== undefined) {
    headers.set("Retry-After", String(Math.max(1, Math.ceil(retryAfterSeconds))));
  }
  // RFC 9110 14.4: how many bytes there are.
  if (code === "RANGE_NOT_SATISFIABLE") {
    headers.set("Content-Range", `bytes */${String(details?.["size"])}`);
  }
  return new Response(JSON.stringify(body), { status: error.status, headers });
}

/** What the framework refuses (malformed JSON, a body that is not JSON) is the client's request. */
function fromThrown(thrown: unknown): ViewraError {
  if (!(thrown instanceof HTTPException)) return toViewraError(thrown);
  const message =
    thrown.status === 415 ? "Expected Content-Type: application/json" : thrown.message;
  return new ViewraError("INVALID_REQUEST", message, { cause: thrown });
}
