import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import * as fc from "fast-check";
import { createHostGuard } from "../../src/app/host-guard.ts";
import { listen, type HttpServer } from "../../src/app/http-server.ts";
import { parseContentAddress } from "../../src/origin/content-address.ts";
import { createWebPage } from "../../src/app/web-page.ts";
import { createApiRig, type ApiRig } from "../api/api-rig.ts";
import { silentLog } from "../store/silent-log.ts";

let rig: ApiRig;
let server: HttpServer;
const logged: string[] = [];

beforeAll(async () => {
  rig = await createApiRig();
  const page = createWebPage();
  const log = { ...silentLog, error: (message: string) => void logged.push(message) };
  server = listen(
    { host: "127.0.0.1", port: 0 },
    {
      guard: createHostGuard({ ownNames: [], allowedHosts: [] }),
      origin: (request) =>
        parseContentAddress(request.url) && new Response("content", { status: 200 }),
      page: (request) => page.respond(request),
      api: (request) => rig.app.fetch(request),
    },
    log,
  );
});

afterAll(async () => {
  await server.close(async () => {});
  await rig[Symbol.asyncDispose]();
});

const lateMs = 3000;

/** What comes back for these bytes: the status, 0 when the connection is closed without one. Rejects when nothing comes. */
function ask(raw: string): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const socket = connect(Number(server.url.port), "127.0.0.1");
  let text = "";
  const end = (): void => {
    socket.destroy();
    resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
  };
  const late = setTimeout(() => {
    socket.destroy();
    reject(new Error(`no answer within ${lateMs} ms to ${JSON.stringify(raw)}`));
  }, lateMs);
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    if (/\r\n\r\n/.test(text)) end();
  });
  socket.on("error", end);
  socket.on("close", () => {
    clearTimeout(late);
    end();
  });
  socket.write(raw, "latin1");
  return promise;
}

const routes = ["/", "/api/health", "/api/media/files", "/api/media/files/film/stream", "/metrics"];
const hosts = [
  "127.0.0.1",
  "localhost:1",
  "evil.com",
  "",
  " ",
  "a b",
  "[::1",
  "a:99999",
  "a@b",
  "x, y",
  "\u{ff}",
  "a%zz",
];

test.each([
  ["HTTP/1.0 without a Host", "GET /api/health HTTP/1.0\r\n\r\n", 400],
  ["HTTP/1.1 without a Host", "GET /api/health HTTP/1.1\r\n\r\n", 400],
  ["HTTP/1.0 with a Host", "GET /api/health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", 200],
  ["two Hosts", "GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.com\r\n\r\n", 400],
  [
    "a whole URL of another host",
    "GET http://evil.com/api/health HTTP/1.1\r\nHost: evil.com\r\n\r\n",
    421,
  ],
  ["CONNECT", "CONNECT evil.com:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400],
])("%s is answered", async (_what, raw, status) => {
  expect((await ask(raw)).status).toBe(status);
});

test.each(hosts)(
  "no page, no API and no metrics for the Host %j unless it is ours, contents for any",
  async (host) => {
    const isOurs = host === "127.0.0.1" || host === "localhost:1";
    for (const route of ["/", "/api/health", "/metrics"]) {
      const { status, text } = await ask(`GET ${route} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect([route, status]).toEqual([route, isOurs ? 200 : host === "evil.com" ? 421 : 400]);
      if (!isOurs) expect(text).toMatch(/^cache-control: no-store/im);
    }
    const address = `/api/v1/content/${"0".repeat(64)}/manifest.mpd`;
    expect((await ask(`GET ${address} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status).toBe(200);
  },
);

test("whatever bytes come, the answer is prompt and never a 500", async () => {
  const odd = fc.string({ unit: "binary-ascii", maxLength: 20 });
  const target = fc.oneof(
    fc.constantFrom(...routes),
    fc.constantFrom(
      "*",
      "//",
      "/..",
      "/%",
      "/%00",
      "/%2e%2e/",
      "/?",
      "/api/",
      "http://",
      "http://a/",
      "a:1",
      "/\u{ff}",
    ),
    fc.tuple(fc.constantFrom(...routes), odd).map(([route, tail]) => route + tail),
    fc.webUrl(),
  );
  const method = fc.oneof(
    fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"),
    fc.constantFrom("get", "FOO", "", " ", "G\0T"),
  );
  const version = fc.constantFrom(
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/0.9",
    "HTTP/2.0",
    "http/1.1",
    "HTTP/1.",
    "",
  );
  const host = fc.option(fc.oneof(fc.constantFrom(...hosts), odd), { nil: undefined });
  const header = fc.oneof(
    fc.constantFrom(
      ...[
        "Range: bytes=0-",
        "Range: x",
        "If-None-Match: *",
        "Content-Length: 0",
        "Content-Length: x",
      ],
      ...[
        "Origin: null",
        "X-Request-Id: \u{1}",
        "Cookie: a=b",
        ": x",
        "no colon",
        "Accept-Encoding: gzip",
      ],
    ),
    fc
      .tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), odd)
      .map(([name, value]) => `${name}: ${value}`),
  );
  const request = fc
    .tuple(method, target, version, host, fc.array(header, { maxLength: 4 }))
    .map(([verb, path, how, name, fields]) =>
      [
        `${verb} ${path} ${how}`,
        ...(name === undefined ? [] : [`Host: ${name}`]),
        ...fields,
        "",
        "",
      ].join("\r\n"),
    );
  await fc.assert(
    fc.asyncProperty(request, async (raw) => {
      // A half-said request is waited for by right: the end is told by closing our side.
      const { status } = await ask(raw);
      expect([status < 500 || status === 505, raw]).toEqual([true, raw]);
    }),
    { numRuns: 400 },
  );
  expect(logged).toEqual([]);
}, 60_000);
