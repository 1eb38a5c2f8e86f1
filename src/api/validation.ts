import type { z } from "@hono/zod-openapi";
import { ViewraError } from "../errors/viewra-error.ts";

type Validated = { readonly target: string } & (
  { readonly success: true } | { readonly success: false; readonly error: z.ZodError }
);

/** Hook of every route: what does not fit its schema is an INVALID_REQUEST that names each fault. */
export function rejectInvalid(result: Validated): void {
  if (result.success) return;
  const issues = result.error.issues.slice(0, 20).map((issue) => ({
    in: places[result.target] ?? result.target,
    field: issue.path.join("."),
    message: issue.message,
  }));
  const [first] = issues;
  const field = first?.field ? `${first.field}: ` : "";
  throw new ViewraError("INVALID_REQUEST", `${field}${first?.message ?? "not valid"}`, {
    details: { issues },
  });
}

const places: Readonly<Record<string, string>> = { json: "body", param: "path" };
