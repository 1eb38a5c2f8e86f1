import { describe, expect, test } from "bun:test";
import { createHostGuard, isLoopback } from "../../src/app/host-guard.ts";

const guard = createHostGuard({
  ownNames: ["0.0.0.0", "Box.Example.org"],
  allowedHosts: ["films.example.com", "*.example.net"],
});

function statusFor(host: string | null): number | null {
  const headers = host === null ? new Headers() : new Headers({ Host: host });
  return guard(new Request("http://x/api/health", { headers }))?.status ?? null;
}

describe("a request", () => {
  test.each([
    ...["127.0.0.1:8080", "[::1]:8080", "localhost", "LOCALHOST.:8080", "192.168.1.7", "nas:8080"],
    ...["nas.local", "nas.lan", "nas.home.arpa", "box.example.org", "films.example.com:443"],
    ...["a.example.net", "a.b.example.net."],
  ])("to %s is let in", (host) => {
    expect(statusFor(host)).toBeNull();
  });

  test.each([
    ...[
      "evil.example",
      "evil.com:8080",
      "example.net",
      "xexample.net",
      "films.example.com.evil.io",
    ],
    ...["localhost.evil.com", "127.0.0.1.evil.com", "fritz.box", "x.films.example.com"],
  ])(
    "to %s, any site's name for us, is refused with the setting that would let it in",
    async (host) => {
      const refusal = guard(new Request("http://x/", { headers: { Host: host } }));
      expect(refusal?.status).toBe(421);
      expect(refusal?.headers.get("Cache-Control")).toBe("no-store");
      const body = await refusal?.json();
      expect(body).toMatchObject({ error: { code: "HOST_NOT_ALLOWED" } });
      expect(JSON.stringify(body)).toContain("VIEWRA_ALLOWED_HOSTS");
    },
  );

  test.each([null, "", "a b", "a, b", "[::1", "a:99999", "a@b"])("to %j is malformed", (host) => {
    expect(statusFor(host)).toBe(400);
  });
});

test("only this machine reaches a loopback address, and a name may stand for any other", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
    expect(isLoopback(host)).toBe(true);
  for (const host of ["0.0.0.0", "::", "192.168.1.7", "nas", "127.0.0.1.evil.com", "fe80::1"]) {
    expect(isLoopback(host)).toBe(false);
  }
});
