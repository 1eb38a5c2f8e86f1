import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ViewraError } from "../errors/viewra-error.ts";
import type { ApiEnv } from "./api-app.ts";

const maxBodyBytes = 1_000_000;

/** Refuses bodies over 1 MB, also those that do not say how long they are. */
export const limitBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const declared = c.req.header("content-length");
  if (declared === undefined) return mayHaveBody(c.req.method) ? countBody(c, next) : next();
  // Looking at the body itself makes it a stream, which costs more than all else of a small request.
  if (!(Number(declared) <= maxBodyBytes)) throw tooLarge();
  return next();
};

const countBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw tooLarge();
  },
});

function mayHaveBody(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

function tooLarge(): ViewraError {
  return new ViewraError("REQUEST_TOO_LARGE", undefined, { details: { max_bytes: maxBodyBytes } });
}
