import { matchesWeakly } from "../http/entity-tag.ts";

/** One file of the browser app, in memory, in the two encodings browsers ask for. */
export interface WebAsset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Made at the first request that takes it. */
  gzip: Promise<Uint8Array<ArrayBuffer>> | null;
  readonly contentType: string;
  /** Hex SHA-256 of the bytes. */
  readonly digest: string;
  /** The page itself, which keeps its address when its contents change; all else has a hash in its name. */
  readonly isPage: boolean;
}

export async function createWebAsset(
  content: Blob,
  contentType: string,
  isPage: boolean,
): Promise<WebAsset> {
  const bytes = new Uint8Array(await content.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return { bytes, gzip: null, contentType, digest, isPage };
}

/** 200 or 304 (RFC 9110 section 13.1.2), compressed when the browser takes it. */
export async function respondWithAsset(
  asset: WebAsset,
  request: Request,
  contentSecurityPolicy: string,
): Promise<Response> {
  const compressed = takesGzip(request) && isText(asset.contentType);
  const etag = `"${asset.digest.slice(0, 32)}${compressed ? "-gz" : ""}"`;
  const headers = new Headers({
    "Content-Type": asset.contentType,
    "Cache-Control": asset.isPage ? "no-cache" : "public, max-age=31536000, immutable",
    ETag: etag,
    Vary: "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
  });
  if (asset.isPage) headers.set("Content-Security-Policy", contentSecurityPolicy);
  const ifNoneMatch = request.headers.get("If-None-Match");
  if (ifNoneMatch !== null && matchesWeakly(ifNoneMatch, etag)) {
    return new Response(null, { status: 304, headers });
  }
  if (compressed) headers.set("Content-Encoding", "gzip");
  const body = compressed ? await gzipped(asset) : asset.bytes;
  headers.set("Content-Length", String(body.byteLength));
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

function takesGzip(request: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(
    request.headers.get("Accept-Encoding") ?? "",
  );
}

function isText(contentType: string): boolean {
  return /^text\/|javascript|json|svg/.test(contentType);
}

function gzipped(asset: WebAsset): Promise<Uint8Array<ArrayBuffer>> {
  const compress = async (): Promise<Uint8Array<ArrayBuffer>> => {
    const stream = new Blob([asset.bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  asset.gzip ??= compress();
  return asset.gzip;
}
