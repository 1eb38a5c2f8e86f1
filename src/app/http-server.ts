import { errno, ViewraError } from "../errors/viewra-error.ts";
import { clientKey } from "../http/client-key.ts";
import type { Logger } from "../log/logger.ts";

export interface Handlers {
  /** What page and api never see: the answer that refuses it; null for all else. */
  readonly guard: (request: Request) => Response | null;
  /** Contents; undefined for an address that is none of theirs. Synchronous for what is in memory. */
  readonly origin: (
    request: Request,
    client: () => string,
  ) => Response | Promise<Response> | undefined;
  /** The browser app; null for an address that is none of its. */
  readonly page: (request: Request) => Promise<Response | null>;
  /** All the rest. */
  readonly api: (request: Request, client: () => string) => Response | Promise<Response>;
}

export interface Address {
  /** A host name or an IP address. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface HttpServer {
  readonly url: URL;
  /**
   * Takes no new connection and lets running requests end for a while. Those that wait still are told by
   * `giveUp`, which makes their handlers answer; what has no answer then is cut off.
   */
  close(giveUp: () => Promise<void>): Promise<void>;
}

/** Longer than a request waits for a segment. Bun's longest is 255. */
const idleTimeoutSeconds = 120;
/** Work whose answer comes when it is done, however long it takes: hashing a whole store, for one. */
const longWork = /^\/api\/v1\/content\/(?:verify|collect|cleanup)$/;
const graceMs = 5_000;
const lastWordMs = 1_000;

/**
 * Listens, and asks the handlers in turn. Nothing stands before the origin: its path is the hot one.
 * Throws ADDRESS_UNUSABLE.
 */
export function listen(
  address: Address,
  { guard, origin, page, api }: Handlers,
  log: Logger,
  idleSeconds: number = idleTimeoutSeconds,
): HttpServer {
  const serve = () =>
    Bun.serve({
      hostname: address.host,
      port: address.port,
      idleTimeout: idleSeconds,
      fetch: (request, connections) => {
        const client = (): string => clientKey(connections.requestIP(request)?.address ?? "");
        return origin(request, client) ?? fallThrough(request, client);
      },
      error: (error) => {
        log.error("request failed outside every handler", { error });
        return Response.json({ error: { code: "INTERNAL" } }, { status: 500 });
      },
    });
  const fallThrough = async (request: Request, client: () => string): Promise<Response> => {
    const refused = guard(request);
    if (refused !== null) return refused;
    const { pathname } = new URL(request.url);
    if (longWork.test(pathname)) server.timeout(request, 0);
    const isApi = pathname.startsWith("/api/") || pathname === "/metrics";
    const answer = isApi ? null : await page(request);
    return answer ?? api(request, client);
  };
  const server = bindTo(address, serve);
  return {
    url: server.url,
    close: async (giveUp) => {
      const answered = server.stop();
      await within(graceMs, answered);
      await giveUp();
      await within(lastWordMs, answered);
      await server.stop(true);
    },
  };
}

/** Waits for `done`, but no longer than that. */
async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const grace = Promise.withResolvers<void>();
  // Cleared, or the process would outlive its last request by the whole grace.
  const timer = setTimeout(grace.resolve, ms);
  await Promise.race([done, grace.promise]);
  clearTimeout(timer);
}

function bindTo<T>({ host, port }: Address, serve: () => T): T {
  try {
    return serve();
  } catch (cause) {
    const code = errno(cause) ?? "";
    // Bun says EADDRINUSE of a name it cannot resolve, too.
    const reason = reasons[code === "EADDRINUSE" && port === 0 ? "EINVAL" : code];
    const why = reason?.(host, port) ?? `${host}:${port} cannot be listened on: ${code}`;
    throw new ViewraError("ADDRESS_UNUSABLE", why, { cause });
  }
}

const reasons: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} of ${host} is in use by another program; choose another with --port or VIEWRA_PORT (0 takes any free one)`,
  EADDRNOTAVAIL: (host) =>
    `${host} is no address of this machine; choose another with --host or VIEWRA_HOST (0.0.0.0 takes all)`,
  EINVAL: (host) => `${host} is no name this machine can listen on; choose another with --host`,
  EACCES: (_host, port) =>
    `This user may not listen on port ${port}; choose one above 1023 with --port or VIEWRA_PORT`,
};
