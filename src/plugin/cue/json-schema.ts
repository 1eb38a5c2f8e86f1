import * as v from "valibot";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const json: v.GenericSchema<unknown, Json> = v.lazy(() =>
  v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(json), jsonObject]),
);
export const jsonObject: v.GenericSchema<unknown, JsonObject> = v.record(v.string(), json);

/**
 * A JSON Schema (2020-12) of a plugin's configuration, from what CUE writes for OpenAPI 3.0: references are
 * resolved, null is a type, unknown fields are refused, no field has to be there, and each has its default.
 */
export function configurationSchema(openApi: Json, defaults: Json): JsonObject {
  const schemas = at(openApi, "components", "schemas");
  const config = at(schemas, "Plugin", "properties", "config");
  const converted = convert(config, schemas, defaults, 0);
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...converted };
}

/** CUE refuses what refers to itself; this is for what it might let through. */
const deepest = 20;

function convert(
  schema: Json | undefined,
  schemas: Json | undefined,
  usual: Json | undefined,
  depth: number,
): JsonObject {
  if (!isObject(schema) || depth > deepest) return {};
  const { $ref, nullable, properties, type, oneOf, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof $ref === "string") {
    const named = at(schemas, $ref.replace("#/components/schemas/", ""));
    return { ...convert(named, schemas, usual, depth + 1), ...described(schema) };
  }
  const rest = Object.entries(schema).filter(([key]) => !converted.has(key));
  const alternatives = Array.isArray(oneOf)
    ? { anyOf: oneOf.map((each: Json) => convert(each, schemas, undefined, depth + 1)) }
    : {};
  const isStruct = isObject(properties);
  const fields = isStruct
    ? {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, field]) => [
            name,
            convert(field, schemas, at(usual, name), depth + 1),
          ]),
        ),
        ...(schema["additionalProperties"] === undefined ? { additionalProperties: false } : {}),
      }
    : {};
  return {
    ...Object.fromEntries(rest),
    ...(type === undefined ? {} : { type: nullable === true ? [type, "null"] : type }),
    ...bound(schema, "minimum", exclusiveMinimum, "exclusiveMinimum"),
    ...bound(schema, "maximum", exclusiveMaximum, "exclusiveMaximum"),
    ...alternatives,
    ...fields,
    ...(usual === undefined || isStruct ? {} : { default: usual }),
  };
}

const converted: ReadonlySet<string> = new Set([
  ...["$ref", "nullable", "required", "properties", "type", "oneOf", "default"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
]);

/** OpenAPI 3.0 says by a flag that a bound is excluded. */
function bound(
  schema: JsonObject,
  name: "minimum" | "maximum",
  isExcluded: Json | undefined,
  excluded: string,
): JsonObject {
  const value = schema[name];
  if (value === undefined) return {};
  return isExcluded === true ? { [excluded]: value } : { [name]: value };
}

function described({ description }: JsonObject): JsonObject {
  return description === undefined ? {} : { description };
}

/** What a field of a schema takes, in a few words; empty where the schema has no such field. */
export function expectedAt(schema: JsonObject, path: readonly string[]): string {
  const field = path.reduce<Json | undefined>(
    (inner, name) => at(inner, "properties", name),
    schema,
  );
  if (!isObject(field)) return "";
  return Object.entries(field)
    .filter(([key]) => key !== "description" && key !== "default" && key !== "$schema")
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let inner = value;
  for (const name of path) inner = isObject(inner) ? inner[name] : undefined;
  return inner;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
