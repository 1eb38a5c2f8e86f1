import type { OpenApiDocument } from "./openapi-document.ts";

type Json = Readonly<Record<string, unknown>>;

/** The document as one HTML page without scripts: readable in any browser, offline. */
export function docsPage(document: OpenApiDocument): string {
  const paths = record(document.paths);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(record(item)).map(([method, operation]) => ({
      path,
      method,
      operation: record(operation),
    })),
  );
  const tags = (document.tags ?? []).map(({ name, description = "" }) => {
    const its = operations.filter(({ operation }) => strings(operation["tags"]).includes(name));
    const entries = its.map((entry) => operationHtml(entry.method, entry.path, entry.operation));
    return `<h2>${escape(name)}</h2><p>${escape(description)}</p>${entries.join("")}`;
  });
  const schemas = Object.entries(record(record(document.components)["schemas"])).map(
    ([name, schema]) =>
      `<details id="${escape(name)}"><summary><code>${escape(name)}</code></summary>${schemaHtml(record(schema))}</details>`,
  );
  const { title, version, description = "" } = document.info;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} API</title><style>${style}</style><main>
<h1>${escape(title)} API <small>${escape(version)}</small></h1><p>${escape(description)}</p>
<p><a href="/api/openapi.json">openapi.json</a></p>
${tags.join("\n")}<h2>Schemas</h2>${schemas.join("\n")}</main></html>`;
}

function operationHtml(method: string, path: string, operation: Json): string {
  const parameters = list(operation["parameters"]).map(
    (parameter) =>
      `<li><code>${text(parameter["name"])}</code> in ${text(parameter["in"])}${parameter["required"] === true ? ", required" : ""}: ${typeHtml(record(parameter["schema"]))}</li>`,
  );
  const body = contentHtml(record(operation["requestBody"]));
  const responses = Object.entries(record(operation["responses"])).map(([status, response]) => {
    const { description } = record(response);
    return `<tr><td>${escape(status)}</td><td>${text(description)}</td><td>${contentHtml(record(response))}</td></tr>`;
  });
  return `<details><summary><b class="${escape(method)}">${escape(method.toUpperCase())}</b> <code>${escape(path)}</code> ${text(operation["summary"])}</summary>
<p>${text(operation["description"] ?? "")}</p>${parameters.length > 0 ? `<ul>${parameters.join("")}</ul>` : ""}${body === "" ? "" : `<p>Body: ${body}</p>`}
<table>${responses.join("")}</table></details>`;
}

function contentHtml(holder: Json): string {
  const kinds = Object.entries(record(holder["content"]));
  return kinds
    .map(([kind, media]) => `${escape(kind)} ${typeHtml(record(record(media)["schema"]))}`)
    .join("<br>");
}

function schemaHtml(schema: Json): string {
  return `<pre>${escape(JSON.stringify(schema, null, 2)).replaceAll(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    '<a href="#$1">$1</a>',
  )}</pre>`;
}

/** A schema in a few words; a named one as a link. */
function typeHtml(schema: Json): string {
  const name = /\/(\w+)$/.exec(text(schema["$ref"]))?.[1];
  if (name !== undefined) return `<a href="#${escape(name)}"><code>${escape(name)}</code></a>`;
  const choices = strings(schema["enum"]);
  if (choices.length > 0) return escape(choices.join(" | "));
  const about = schema["description"] === undefined ? "" : `, ${text(schema["description"])}`;
  return schema["type"] === undefined ? "" : `${text(schema["type"])}${about}`;
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

const text = (value: unknown): string =>
  escape(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

function escape(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "amp",
    "<": "lt",
    ">": "gt",
    '"': "quot",
  };
  return value.replaceAll(/[&<>"]/g, (character) => `&${entities[character]};`);
}

const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:0}
main{max-width:62rem;margin:auto;padding:1rem}details{border-top:1px solid #8884;padding:.4rem 0}
summary{cursor:pointer}pre{overflow:auto;background:#8881;padding:.6rem}table{border-spacing:.8rem .2rem}
td{vertical-align:top}b{display:inline-block;min-width:4.5rem}.get{color:#27c}.post{color:#284}.delete{color:#b33}`;
