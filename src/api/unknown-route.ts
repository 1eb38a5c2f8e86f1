import type { Context } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { ViewraError } from "../errors/viewra-error.ts";
import type { ApiApp, ApiEnv } from "./api-app.ts";
import { errorResponse } from "./error-response.ts";

/** Makes what no route takes 405 with `Allow` where another method would do, else 404. To be added before the routes. */
export function refuseUnknown(app: ApiApp): void {
  app.use(methodNotAllowed({ app, onMethodNotAllowed: tellMethods }));
  app.notFound((c) =>
    errorResponse(new ViewraError("NOT_FOUND", `There is nothing at ${c.req.path}`), c),
  );
}

function tellMethods(c: Context<ApiEnv>, methods: readonly string[]): Response {
  const Allow = [...methods, "OPTIONS"].toSorted().join(", ");
  // Without Access-Control headers: a preflight of another origin stays unanswered.
  if (c.req.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow } });
  const message = `${c.req.path} takes ${Allow}, not ${c.req.method}`;
  const response = errorResponse(new ViewraError("METHOD_NOT_ALLOWED", message), c);
  response.headers.set("Allow", Allow);
  return response;
}
