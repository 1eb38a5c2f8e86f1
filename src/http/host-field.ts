import { isIP } from "node:net";

/**
 * The host that a Host field names (RFC 9110 7.2), as browsers write it: lower-case, without port and
 * without the dot at its end, IPv6 without brackets. undefined for a field that names none or two.
 */
export function parseHostField(field: string | null): string | undefined {
  // What a URL would take for a user, a path or a query; and the comma of two fields.
  if (field === null || !/^[\w.:[\]%~!$&'()*+;=-]+$/.test(field)) return undefined;
  const hostname = URL.parse(`http://${field}/`)?.hostname ?? "";
  const bare = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  return bare === "" ? undefined : bare;
}

/**
 * Ends of names that no public name server answers for: RFC 6761 and 6762, RFC 8375, ICANN's `.internal`,
 * and what home routers hand out (`.lan`, `.home` and `.localdomain` are no domains of the public root).
 */
const privateEnds = ["localhost", "local", "home.arpa", "internal", "lan", "home", "localdomain"];

/**
 * Whether a page of another site can never have this host as its own. DNS rebinding (a public name that
 * its owner points at our address, so that the browser takes us for the page's own server) needs a name
 * in public DNS: an address is none, and neither is a name without a dot or under a private end.
 */
export function isBeyondRebinding(host: string): boolean {
  if (isIP(host) !== 0 || !host.includes(".")) return true;
  return privateEnds.some((end) => host.endsWith(`.${end}`));
}
