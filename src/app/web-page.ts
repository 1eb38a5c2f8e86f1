import bundle from "../web/index.html";
import { type WebAsset, createWebAsset, respondWithAsset } from "./web-asset.ts";

/** The browser app as the server hands it out. */
export interface WebPage {
  /**
   * Answers `/` and the files it needs, with their cache and security headers.
   * Null when the address is not one of the page's: somebody else may have it.
   */
  respond(request: Request): Promise<Response | null>;
}

export interface WebPageOptions {
  /** Origins beside our own that content comes from, e.g. `https://cdn.example`, when `CONTENT_BASE_URL` names one. */
  readonly contentOrigins?: readonly string[];
}

/**
 * In a compiled binary the import above is a manifest of embedded files; run from source it is only
 * the path of the HTML file, which is then bundled at the first request. Both are served from memory
 * by the same code, because `Bun.serve({routes: {"/": bundle}})` lets nobody set a header.
 */
export function createWebPage(options: WebPageOptions = {}): WebPage {
  const policy = contentSecurityPolicy(options.contentOrigins ?? []);
  let assets: Promise<ReadonlyMap<string, WebAsset>> | null = null;

  return {
    async respond(request) {
      if (request.method !== "GET" && request.method !== "HEAD") return null;
      assets ??= bundle.files === undefined ? bundleFromSource() : readEmbedded(bundle.files);
      const path = new URL(request.url).pathname;
      const asset = (await assets).get(path);
      return asset === undefined ? null : respondWithAsset(asset, request, policy);
    },
  };
}

type AssetMap = ReadonlyMap<string, WebAsset>;

async function readEmbedded(files: NonNullable<typeof bundle.files>): Promise<AssetMap> {
  const assets = new Map<string, WebAsset>();
  for (const file of files) {
    const path = addressOf(file.path);
    const type = file.headers["content-type"];
    assets.set(path, await createWebAsset(Bun.file(file.path), type, path === "/"));
  }
  return assets;
}

async function bundleFromSource(): Promise<AssetMap> {
  const built = await Bun.build({
    entrypoints: [bundle.index],
    target: "browser",
    splitting: true,
    minify: true,
    // Without it React and Vidstack ship their development builds.
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const assets = new Map<string, WebAsset>();
  for (const output of built.outputs) {
    const path = addressOf(output.path);
    assets.set(path, await createWebAsset(output, output.type, path === "/"));
  }
  return assets;
}

/** The page refers to its files by name alone, so they lie beside it. (Bun calls the loader of its CSS "html" at times.) */
function addressOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return name.endsWith(".html") ? "/" : `/${name}`;
}

/** Everything from ourselves; `blob:` is what Media Source Extensions and the players' workers use. */
function contentSecurityPolicy(contentOrigins: readonly string[]): string {
  const content = ["'self'", ...contentOrigins].join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src ${content} data: blob:`,
    "font-src 'self'",
    `media-src ${content} blob: data:`,
    `connect-src ${content}`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join("; ");
}
