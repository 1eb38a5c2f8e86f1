import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./api-app.ts";
import type { ApiServices } from "./services.ts";

/** A client's own id is taken when it cannot break a log line or a header. */
const saneId = /^[\w.:-]{1,64}$/;

/** Frames every request: an id for it, the headers of every answer, and a line in the log. */
export function requestFrame({
  log,
  onRequest,
}: Pick<ApiServices, "log" | "onRequest">): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const began = performance.now();
    const given = c.req.header("x-request-id");
    const requestId = given !== undefined && saneId.test(given) ? given : crypto.randomUUID();
    c.set("requestId", requestId);
    await next();
    if (c.req.method === "HEAD") await tellLength(c.res);
    const { headers, status } = c.res;
    headers.set("X-Request-Id", requestId);
    headers.set("X-Content-Type-Options", "nosniff");
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
    const milliseconds = performance.now() - began;
    onRequest?.(c.req.method, status, milliseconds / 1000);
    // What says when to come again is a full house, not a fault: a crowd must not fill the log with errors.
    const level = status === 503 ? "warn" : status >= 500 ? "error" : "debug";
    if (level === "debug" && log.level !== "debug") return;
    log[level]("request", {
      request_id: requestId,
      method: c.req.method,
      path: c.req.path,
      status,
      ms: Math.round(milliseconds * 10) / 10,
      ...c.get("about"),
      ...(c.error === undefined ? {} : { error: c.error }),
    });
  };
}

/** Of an answer to HEAD, whose body is dropped, the length that GET would tell (RFC 9110, 8.6); else Bun says 0. */
async function tellLength(response: Response): Promise<void> {
  const { headers, body } = response;
  if (body === null || headers.has("Content-Length")) return;
  // It goes on for ever.
  if (headers.get("Content-Type")?.startsWith("text/event-stream")) return await body.cancel();
  headers.set("Content-Length", String((await response.blob()).size));
}
