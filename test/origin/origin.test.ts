import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { bytesOf, planHash } from "../contract/content-store.ts";
import { rawExchange, startOrigin, tag, text, type OriginUnderTest } from "./origin-under-test.ts";

const immutable = "public, max-age=31536000, immutable";
const otherTag = `"sha256-${"0".repeat(64)}"`;

describe.each([
  ["memory", 1024 * 1024],
  ["disk", 0],
] as const)("an object served from %s", (from, memoryBytes) => {
  let origin: OriginUnderTest;
  beforeAll(async () => {
    origin = await startOrigin(memoryBytes);
    await origin.store.put(planHash, "v720/1.m4s", bytesOf(text));
  });
  afterAll(() => origin[Symbol.asyncDispose]());

  test("comes whole, with everything a CDN and a page of another origin need", async () => {
    const response = await origin.get("v720/1.m4s");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(text);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "access-control-allow-origin": "*",
      "cache-control": immutable,
      "content-length": "100",
      "content-type": "video/iso.segment",
      etag: tag,
      "timing-allow-origin": "*",
      "x-content-type-options": "nosniff",
    });
    expect(response.headers.get("access-control-expose-headers")).toContain("Content-Range");
    expect(origin.observed.at(-1)).toEqual([from, 200]);
  });

  test("answers HEAD as GET, without the bytes and whatever range is asked for", async () => {
    const get = await origin.get("v720/1.m4s");
    for (const headers of [{}, { Range: "bytes=0-9" }]) {
      const head = await origin.get("v720/1.m4s", headers, "HEAD");
      expect(head.status).toBe(200);
      expect(await head.text()).toBe("");
      const fields = (response: Response) => {
        const { date: _date, ...rest } = Object.fromEntries(response.headers);
        return rest;
      };
      expect(fields(head)).toEqual(fields(get));
    }
  });

  test.each([
    ["bytes=0-9", "bytes 0-9/100", "0123456789"],
    ["bytes=95-", "bytes 95-99/100", "56789"],
    ["bytes=-3", "bytes 97-99/100", "789"],
    ["bytes=90-1000", "bytes 90-99/100", "0123456789"],
    ["bytes=-1000", "bytes 0-99/100", text],
    ["bytes=0-0", "bytes 0-0/100", "0"],
    ["BYTES = 99-99", "bytes 99-99/100", "9"],
  ])("Range %s is %s", async (range, contentRange, expected) => {
    const response = await origin.get("v720/1.m4s", { Range: range });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe(expected);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": immutable,
      "content-length": String(expected.length),
      "content-range": contentRange,
      etag: tag,
    });
    expect(response.headers.get("transfer-encoding")).toBeNull();
    expect(response.headers.get("content-encoding")).toBeNull();
  });

  test.each([
    ["several ranges", "bytes=0-1,5-6"],
    ["another unit", "frames=0-1"],
    ["a range that ends before it begins", "bytes=9-0"],
    ["one that, moreover, begins past the end", "bytes=500-5"],
    ["nonsense", "bytes=abc"],
    ["no numbers", "bytes=-"],
  ])("a Range field with %s is answered with everything", async (_what, range) => {
    const response = await origin.get("v720/1.m4s", { Range: range });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-range")).toBeNull();
    expect(await response.text()).toBe(text);
  });

  test.each(["bytes=100-", "bytes=100-200", "bytes=-0", `bytes=${"9".repeat(400)}-`])(
    "Range %s is 416, says the size, and no cache keeps that",
    async (range) => {
      const response = await origin.get("v720/1.m4s", { Range: range });
      expect(response.status).toBe(416);
      expect(response.headers.get("content-range")).toBe("bytes */100");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.json()).toMatchObject({ error: { code: "RANGE_NOT_SATISFIABLE" } });
    },
  );

  test.each<[string, Record<string, string>, number]>([
    ["If-None-Match of the object", { "If-None-Match": tag }, 304],
    ["If-None-Match made weak on the way", { "If-None-Match": `W/${tag}` }, 304],
    ["If-None-Match of one among several", { "If-None-Match": `"a,b", ${tag}` }, 304],
    ["If-None-Match *", { "If-None-Match": "*" }, 304],
    ["If-None-Match of another", { "If-None-Match": otherTag }, 200],
    ["If-None-Match whose tag holds ours", { "If-None-Match": `"x${tag.slice(1)}` }, 200],
    ["If-None-Match whose tag holds a star between commas", { "If-None-Match": '"x,*,y"' }, 200],
    ["If-None-Match before Range", { "If-None-Match": tag, Range: "bytes=0-9" }, 304],
    ["If-Match of the object", { "If-Match": tag }, 200],
    ["If-Match of one among several", { "If-Match": `${otherTag}, ${tag}` }, 200],
    ["If-Match *", { "If-Match": "*" }, 200],
    ["If-Match of another", { "If-Match": otherTag }, 412],
    ["If-Match of a weak tag", { "If-Match": `W/${tag}` }, 412],
    ["If-Match before If-None-Match", { "If-Match": otherTag, "If-None-Match": tag }, 412],
    ["both that hold", { "If-Match": tag, "If-None-Match": tag }, 304],
    ["If-Match with a range", { "If-Match": tag, Range: "bytes=0-9" }, 206],
    ["If-Range of the object", { "If-Range": tag, Range: "bytes=0-9" }, 206],
    ["If-Range of another", { "If-Range": otherTag, Range: "bytes=0-9" }, 200],
    ["If-Range of a weak tag", { "If-Range": `W/${tag}`, Range: "bytes=0-9" }, 200],
    [
      "If-Range of a date",
      { "If-Range": "Sun, 06 Nov 1994 08:49:37 GMT", Range: "bytes=0-9" },
      200,
    ],
    ["If-Range of another, out of range", { "If-Range": otherTag, Range: "bytes=500-" }, 200],
    ["If-Range without Range", { "If-Range": otherTag }, 200],
    ["dates alone", { "If-Modified-Since": "Sun, 06 Nov 2044 08:49:37 GMT" }, 200],
    ["an older date", { "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT" }, 200],
  ])("%s: %j is %d", async (_what, headers, status) => {
    const response = await origin.get("v720/1.m4s", headers);
    expect(response.status).toBe(status);
    const body = await response.text();
    if (status === 200) expect(body).toBe(text);
    if (status === 206) expect(body).toBe("0123456789");
    if (status === 304) expect(body).toBe("");
    const good = status < 400;
    expect(response.headers.get("cache-control")).toBe(good ? immutable : "no-store");
    expect(response.headers.get("etag")).toBe(good ? tag : null);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("a 304 carries no type and no length", async () => {
    const request = `GET /api/v1/content/${planHash}/v720/1.m4s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: ${tag}\r\n\r\n`;
    const answer = (await rawExchange(origin.base, request)).toLowerCase();
    expect(answer).toStartWith("http/1.1 304");
    expect(answer).not.toContain("\r\ncontent-type:");
    expect(answer).not.toContain("\r\ncontent-length:");
  });
});

describe("addresses", () => {
  let origin: OriginUnderTest;
  beforeAll(async () => {
    origin = await startOrigin(1024 * 1024, () => Promise.reject(new ViewraError("INTERNAL")));
    await origin.store.put(planHash, "manifest.mpd", bytesOf("<MPD/>"));
    await origin.store.put(planHash, "v720/1.m4s", bytesOf(text));
  });
  afterAll(() => origin[Symbol.asyncDispose]());

  test.each([
    ["an encoded slash", `${planHash}/v720%2f1.m4s`],
    ["a doubled slash", `${planHash}//v720/1.m4s`],
    ["a doubled slash inside", `${planHash}/v720//1.m4s`],
    ["an empty hash", `/${planHash}/manifest.mpd`],
    ["dots that are encoded twice", `${planHash}/%252e%252e/x`],
    ["dots in a name", `${planHash}/v720/..1.m4s`],
    ["an upper-case hash", `${planHash.toUpperCase()}/manifest.mpd`],
    ["a short hash", `${planHash.slice(1)}/manifest.mpd`],
    ["a long hash", `${planHash}0/manifest.mpd`],
    ["a name no plan has", `${planHash}/manifest.mpd.bak`],
    ["the store's own record", `${planHash}/objects.log`],
    ["a NUL", `${planHash}/manifest.mpd%00`],
    ["no name", `${planHash}/`],
    ["a leading zero", `${planHash}/v720/01.m4s`],
  ])("%s is 404 and nothing is made for it", async (_what, path) => {
    const request = `GET /api/v1/content/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    const answer = await rawExchange(origin.base, request);
    expect(answer).toStartWith("HTTP/1.1 404");
    expect(answer).toContain(`"code":"OBJECT_NOT_FOUND"`);
    expect(answer.toLowerCase()).toContain("cache-control: no-store");
  });

  test("a query is ignored", async () => {
    expect((await origin.get("manifest.mpd?CMCD=bl%3D2")).status).toBe(200);
  });

  test("a request without a Host header is served", async () => {
    const request = `GET /api/v1/content/${planHash}/manifest.mpd HTTP/1.0\r\n\r\n`;
    expect(await rawExchange(origin.base, request)).toStartWith("HTTP/1.1 200");
  });

  test.each(["stats", "by-media/1", planHash, `${planHash}/info`, `${planHash}?x=/y`, ""])(
    "/api/v1/content/%s is left to other routes",
    async (path) => {
      expect((await fetch(`${origin.base}/api/v1/content/${path}`)).status).toBe(418);
    },
  );

  test.each([
    ["manifest.mpd", "application/dash+xml"],
    ["master.m3u8", "application/vnd.apple.mpegurl"],
    ["v720.m3u8", "application/vnd.apple.mpegurl"],
    ["v720/init.mp4", "video/mp4"],
    ["v720/1.m4s", "video/iso.segment"],
    ["plan.json", "application/json"],
  ])("%s is %s", async (name, type) => {
    await origin.store.put(planHash, name, bytesOf("x"));
    expect((await origin.get(name)).headers.get("content-type")).toBe(type);
  });

  test("OPTIONS tells a page of another origin what it may ask", async () => {
    const response = await origin.get("v720/1.m4s", { Origin: "http://a.example" }, "OPTIONS");
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("access-control-allow-headers")).toContain("Range");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });

  test.each(["POST", "PUT", "DELETE", "PATCH"])("%s is 405", async (method) => {
    const response = await origin.get("v720/1.m4s", {}, method);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

describe("an object that is not stored yet", () => {
  test.each(["GET", "HEAD"])(
    "is made for %s and served, from then on as stored",
    async (method) => {
      const asked: string[] = [];
      await using origin = await startOrigin(1024 * 1024, async (hash, name) => {
        asked.push(`${hash}/${name}`);
        await origin.store.put(hash, name, bytesOf(text));
      });
      for (const body of [method === "GET" ? text : "", method === "GET" ? text : ""]) {
        const response = await origin.get("v720/7.m4s", {}, method);
        expect(response.status).toBe(200);
        expect(response.headers.get("etag")).toBe(tag);
        expect(await response.text()).toBe(body);
      }
      expect(asked).toEqual([`${planHash}/v720/7.m4s`]);
      expect(origin.observed).toEqual([
        ["made", 200],
        ["memory", 200],
      ]);
    },
  );

  test.each([
    ["OBJECT_NOT_FOUND", 404, null],
    ["CONTENT_NOT_FOUND", 404, null],
    ["OBJECT_NOT_READY", 404, "1"],
    ["ENCODE_FAILED", 500, null],
    ["STORAGE_FULL", 507, null],
    ["TRANSCODING_UNAVAILABLE", 503, null],
  ] as const)("and fails with %s is %d, not cached", async (code, status, retryAfter) => {
    await using origin = await startOrigin(0, () =>
      Promise.reject(new ViewraError(code, "said so", { details: { n: 7 } })),
    );
    const response = await origin.get("v720/7.m4s");
    expect(response.status).toBe(status);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("retry-after")).toBe(retryAfter);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const requestId = response.headers.get("x-request-id");
    expect(await response.json()).toEqual({
      error: {
        code,
        message: "said so",
        details: { n: 7 },
        ...(retryAfter === null ? {} : { retry_after: 1 }),
        request_id: requestId,
      },
    });
  });

  test("is 404 when it is gone again before it could be served", async () => {
    await using origin = await startOrigin(0);
    const response = await origin.get("v720/7.m4s");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "OBJECT_NOT_READY" } });
  });

  test("an error that is not ours is 500 and tells nothing of itself", async () => {
    await using origin = await startOrigin(0, () => Promise.reject(new Error("/secret/path")));
    const response = await origin.get("v720/7.m4s");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
  });

  test("is given up when the client goes away", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    await using origin = await startOrigin(0, (_hash, _name, signal) => {
      signal.addEventListener("abort", () => resolve("given up"));
      return promise.then(() => Promise.reject(new ViewraError("CANCELLED")));
    });
    const url = `${origin.base}/api/v1/content/${planHash}/v720/7.m4s`;
    const request = fetch(url, { signal: AbortSignal.timeout(50) });
    await request.catch(() => null);
    expect(await promise).toBe("given up");
  });
});
