/**
 * What is wrong with a value by a JSON Schema of an OpenAPI 3.1 document: the part of the language that
 * the document uses. A keyword it does not know is a fault, so that no check is passed by being ignored.
 */
export function validateJson(
  schema: unknown,
  value: unknown,
  document: unknown,
  at = "$",
): string[] {
  const rules = record(schema);
  const reference = rules["$ref"];
  if (typeof reference === "string") {
    return validateJson(resolve(document, reference), value, document, at);
  }
  return Object.entries(rules).flatMap(([keyword, rule]) =>
    faults(keyword, rule, value, rules, document, at),
  );
}

function faults(
  keyword: string,
  rule: unknown,
  value: unknown,
  rules: Json,
  document: unknown,
  at: string,
): string[] {
  const wrong = (holds: boolean): string[] =>
    holds ? [] : [`${at}: ${keyword} ${JSON.stringify(rule)}, got ${JSON.stringify(value)}`];
  const inner = (schema: unknown, part: unknown, key: string | number) =>
    validateJson(schema, part, document, `${at}.${key}`);
  switch (keyword) {
    case "description":
    case "example":
    case "format":
      return [];
    case "type":
      return wrong([rule].flat().some((type) => isOfType(value, type)));
    case "enum":
      return wrong(list(rule).includes(value));
    case "const":
      return wrong(value === rule);
    case "pattern":
      return wrong(typeof value !== "string" || new RegExp(String(rule)).test(value));
    case "minLength":
      return wrong(typeof value !== "string" || value.length >= Number(rule));
    case "maxLength":
      return wrong(typeof value !== "string" || value.length <= Number(rule));
    case "minimum":
      return wrong(typeof value !== "number" || value >= Number(rule));
    case "maximum":
      return wrong(typeof value !== "number" || value <= Number(rule));
    case "exclusiveMinimum":
      return wrong(typeof value !== "number" || value > Number(rule));
    case "maxItems":
      return wrong(!Array.isArray(value) || value.length <= Number(rule));
    case "items":
      return list(value).flatMap((item, i) => inner(rule, item, i));
    case "required":
      return isRecord(value)
        ? wrong(list(rule).every((key) => Object.hasOwn(value, String(key))))
        : [];
    case "properties":
      return Object.entries(record(rule)).flatMap(([key, schema]) =>
        isRecord(value) && Object.hasOwn(value, key) ? inner(schema, record(value)[key], key) : [],
      );
    case "additionalProperties": {
      const known = new Set(Object.keys(record(rules["properties"])));
      const others = Object.entries(record(value)).filter(([key]) => !known.has(key));
      if (rule === false) return wrong(others.length === 0);
      return others.flatMap(([key, part]) => inner(rule, part, key));
    }
    case "propertyNames":
      return Object.keys(record(value)).flatMap((key) => inner(rule, key, key));
    case "anyOf":
    case "oneOf":
      return wrong(list(rule).some((each) => validateJson(each, value, document, at).length === 0));
    case "allOf":
      return list(rule).flatMap((each) => validateJson(each, value, document, at));
    default:
      return [`${at}: the keyword ${keyword} is not known here`];
  }
}

type Json = Readonly<Record<string, unknown>>;

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isRecord(value);
    default:
      return typeof value === type;
  }
}

function resolve(document: unknown, reference: string): unknown {
  let found = document;
  for (const key of reference.replace(/^#\//, "").split("/")) found = record(found)[key];
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const record = (value: unknown): Json => (isRecord(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
