import type { Context } from "hono";
import { ViewraError } from "../errors/viewra-error.ts";
import type { ApiApp, ApiEnv } from "./api-app.ts";
import { errorResponse } from "./error-response.ts";

interface KnownRoute {
  readonly method: string;
  readonly path: RegExp;
}

/**
 * Answers what no route takes: 405 with `Allow` where another method would do, else 404. To be made
 * after all routes are there.
 */
export function unknownRoute(app: ApiApp): (c: Context<ApiEnv>) => Response {
  const routes = app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }): KnownRoute => ({ method, path: routePattern(path) }));
  return (c) => {
    const methods = allowedMethods(routes, c.req.path);
    if (methods.length === 0) {
      return errorResponse(new ViewraError("NOT_FOUND", `There is nothing at ${c.req.path}`), c);
    }
    const Allow = methods.join(", ");
    // Without Access-Control headers: a preflight of another origin stays unanswered.
    if (c.req.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow } });
    const message = `${c.req.path} takes ${Allow}, not ${c.req.method}`;
    const response = errorResponse(new ViewraError("METHOD_NOT_ALLOWED", message), c);
    response.headers.set("Allow", Allow);
    return response;
  };
}

function allowedMethods(routes: readonly KnownRoute[], path: string): string[] {
  const methods = new Set<string>();
  for (const route of routes) {
    if (!route.path.test(path)) continue;
    methods.add(route.method);
    if (route.method === "GET") methods.add("HEAD");
  }
  return methods.size === 0 ? [] : [...methods, "OPTIONS"].toSorted();
}

/** `/a/:id` and `/a/*` as a pattern. */
function routePattern(path: string): RegExp {
  const parts = path.split("/").map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}
