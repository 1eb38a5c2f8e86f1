import type { ApiApp } from "./api-app.ts";
import { docsPage } from "./docs-page.ts";
import { openApiDocument, type OpenApiDocument } from "./openapi-document.ts";

/** The page is all there is: no script, nothing from anywhere else. */
const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** `/api/openapi.json` and `/api/docs`, each made when first asked for. */
export function addDocsRoutes(app: ApiApp, { version }: { readonly version: string }): void {
  let made: { readonly document: OpenApiDocument; readonly page: string } | undefined;
  const docs = (): NonNullable<typeof made> => {
    if (made === undefined) {
      const document = openApiDocument(app, version);
      made = { document, page: docsPage(document) };
    }
    return made;
  };
  app.get("/api/openapi.json", (c) => c.json(docs().document));
  app.get("/api/docs", () => new Response(docs().page, { headers: pageHeaders }));
}
