import { ViewraError } from "../errors/viewra-error.ts";
import { isBeyondRebinding, parseHostField } from "../http/host-field.ts";

export interface HostGuardOptions {
  /** The address listened on, and what the system calls this machine: names of this server, too. */
  readonly ownNames: readonly string[];
  /** `VIEWRA_ALLOWED_HOSTS`: names; `*.` before one stands for all below it. */
  readonly allowedHosts: readonly string[];
}

/**
 * Refuses requests that no handler may see: what is addressed to nobody (400), and what is addressed to
 * a name that is not this server's (421), or a page of any site could read and change everything here
 * with its visitor's browser (DNS rebinding). Contents are not asked about: they are public, and a CDN
 * fetches them under a name of its own.
 */
export function createHostGuard(options: HostGuardOptions): (request: Request) => Response | null {
  const known = [...options.ownNames, ...options.allowedHosts].map((name) => name.toLowerCase());
  const names = new Set(known.filter((name) => !name.startsWith("*.")));
  const ends = known.filter((name) => name.startsWith("*.")).map((name) => name.slice(1));
  return (request) => {
    const host = parseHostField(request.headers.get("host"));
    // Bun gives a mere path, or the authority of CONNECT, where it can make no URL of the two.
    if (host === undefined || !/^https?:/.test(request.url) || !URL.canParse(request.url)) {
      return refusal(new ViewraError("INVALID_REQUEST", "Expected one Host header with a host"));
    }
    if (isBeyondRebinding(host) || names.has(host)) return null;
    if (ends.some((end) => host.endsWith(end))) return null;
    const message = `This server does not answer to ${host}: if it should, add that name to VIEWRA_ALLOWED_HOSTS and start it again`;
    return refusal(new ViewraError("HOST_NOT_ALLOWED", message));
  };
}

function refusal({ code, message, status }: ViewraError): Response {
  const requestId = crypto.randomUUID();
  const headers = { "Cache-Control": "no-store", "X-Request-Id": requestId };
  return Response.json({ error: { code, message, request_id: requestId } }, { status, headers });
}

/** Whether only this machine reaches an address that is listened on; a name may stand for any. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
}
