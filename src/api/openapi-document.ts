import type { ApiApp } from "./api-app.ts";

export type OpenApiDocument = ReturnType<ApiApp["getOpenAPI31Document"]>;

/** The OpenAPI 3.1 document of all routes. To be made after all routes are there. */
export function openApiDocument(app: ApiApp, version: string): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Viewra",
      version,
      description:
        "The control API. Errors have one form everywhere; times are seconds, sizes bytes, bit rates bits per second. Contents themselves are served under /api/v1/content/{hash}/{object}.",
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "playback", description: "Starting, watching and ending sessions" },
      { name: "library", description: "Folders of films and what is in them" },
      { name: "content", description: "What is stored under content hashes" },
      { name: "jobs", description: "Long work: titles that are made before anybody plays them" },
      { name: "plugins", description: "What encodes here, and what does not" },
      { name: "system", description: "Health, metrics, events" },
    ],
  });
}
