import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { rejectInvalid } from "./validation.ts";

/** What a request carries through the middleware. */
export interface ApiEnv {
  Bindings: {
    /** Says who asks, see http/client-key.ts; left out where nobody knows. */
    client?: () => string;
  };
  Variables: {
    requestId: string;
    /** Ids that the access log names beside the request. */
    about: Readonly<Record<string, string>>;
  };
}

export type ApiApp = OpenAPIHono<ApiEnv>;

/** Who asks; undefined where nobody said, as to an app that is called without a server. */
export function clientOf(c: Context<ApiEnv>): string | undefined {
  const env: ApiEnv["Bindings"] | undefined = c.env;
  return env?.client?.();
}

export function createApiApp(): ApiApp {
  return new OpenAPIHono<ApiEnv>({ defaultHook: rejectInvalid });
}
