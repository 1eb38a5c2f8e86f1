import { OpenAPIHono } from "@hono/zod-openapi";
import { rejectInvalid } from "./validation.ts";

/** What a request carries through the middleware. */
export interface ApiEnv {
  Variables: {
    requestId: string;
    /** Ids that the access log names beside the request. */
    about: Readonly<Record<string, string>>;
  };
}

export type ApiApp = OpenAPIHono<ApiEnv>;

export function createApiApp(): ApiApp {
  return new OpenAPIHono<ApiEnv>({ defaultHook: rejectInvalid });
}
