import { z } from "@hono/zod-openapi";

/** An id in a path or body: a UUID of ours. One of another form names nothing, which is a 404, not a 400. */
export const idSchema = z.string().min(1).max(100).openapi({ format: "uuid" });

export const seconds = z.number().min(0).openapi({ description: "Seconds" });

/** A moment, from Unix milliseconds. */
export const timestamp = z.string().openapi({ format: "date-time" });

export const isoTime = (unixMs: number): string => new Date(unixMs).toISOString();

/** For routes that take no query at all. */
export const noQuery = z.strictObject({});

/** A JSON answer of a route. */
export function jsonContent<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body that must be there. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}
