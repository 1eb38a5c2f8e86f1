import { z } from "@hono/zod-openapi";
import { catalogue, type ErrorCode } from "../../errors/catalogue.ts";

const codes = Object.keys(catalogue);

export const errorBodySchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: `One of ${codes.join(", ")}` }),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
      retry_after: z
        .number()
        .optional()
        .openapi({ description: "After how many seconds asking again makes sense" }),
      request_id: z.string(),
    }),
  })
  .openapi("Error");
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** The database may be locked or its disk full, whatever is asked. */
const anywhere = ["INTERNAL", "DATABASE_UNUSABLE", "STORAGE_FULL"] as const;

/**
 * OpenAPI responses for the errors a route can answer with, beside those any route can. Typed as nothing,
 * because handlers throw errors and never return them.
 */
export function errorResponses(...codes: readonly ErrorCode[]): object {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...codes, ...anywhere])) {
    const { status } = catalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, its]) => [
      status,
      {
        description: its.map((code) => `${code}: ${catalogue[code].message}`).join("; "),
        content: { "application/json": { schema: errorBodySchema } },
      },
    ]),
  );
}
