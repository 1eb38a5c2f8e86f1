import type { Logger } from "../log/logger.ts";

export interface Handlers {
  /** Contents; undefined for an address that is none of theirs. Synchronous for what is in memory. */
  readonly origin: (request: Request) => Response | Promise<Response> | undefined;
  /** The browser app; null for an address that is none of its. */
  readonly page: (request: Request) => Promise<Response | null>;
  /** All the rest. */
  readonly api: (request: Request) => Response | Promise<Response>;
}

export interface HttpServer {
  readonly url: URL;
  /** Takes no new connection, lets running requests end for a while, then cuts them off. */
  close(): Promise<void>;
}

/** Longer than a request waits for a segment. Bun's longest is 255. */
const idleTimeoutSeconds = 120;
const graceMs = 5_000;

/** Listens, and asks the handlers in turn. Nothing stands before the origin: its path is the hot one. */
export function listen(
  address: { readonly host: string; readonly port: number },
  { origin, page, api }: Handlers,
  log: Logger,
): HttpServer {
  const server = Bun.serve({
    hostname: address.host,
    port: address.port,
    idleTimeout: idleTimeoutSeconds,
    fetch: (request) => origin(request) ?? fallThrough(request),
    error: (error) => {
      log.error("request failed outside every handler", { error });
      return Response.json({ error: { code: "INTERNAL" } }, { status: 500 });
    },
  });
  const fallThrough = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const isApi = pathname.startsWith("/api/") || pathname === "/metrics";
    const answer = isApi ? null : await page(request);
    return answer ?? api(request);
  };
  return {
    url: server.url,
    close: async () => {
      const grace = Promise.withResolvers<void>();
      // Cleared, or the process would outlive its last request by the whole grace.
      const timer = setTimeout(grace.resolve, graceMs);
      await Promise.race([server.stop(), grace.promise]);
      clearTimeout(timer);
      await server.stop(true);
    },
  };
}
