import type { MiddlewareHandler } from "hono";
import { ViewraError } from "../errors/viewra-error.ts";
import type { ApiEnv } from "./api-app.ts";

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps pages of other sites from changing anything with the viewer's browser. A JSON request of another
 * origin needs a preflight, which is never granted; what needs none (a form, a request without a body)
 * is refused here by its Origin. Programs that are no browsers send no Origin: hono's `csrf` refuses those as well,
 * with no option to let them in.
 */
export const refuseCrossSite: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!safeMethods.has(c.req.method) && !isJson(c.req.header("content-type"))) {
    const origin = c.req.header("origin");
    const host = c.req.header("x-forwarded-host") ?? c.req.header("host");
    if (origin !== undefined && hostOf(origin) !== host) throw new ViewraError("CROSS_ORIGIN");
  }
  await next();
};

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? "");
}

function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host ?? null;
}
