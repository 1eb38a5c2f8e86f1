import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { catalogue } from "../../src/errors/catalogue.ts";
import { createApiRig, type ApiRig } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await createApiRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The status and code of a refusal, after checking that it has the one form of all errors. */
async function refused(response: Response): Promise<[number, string]> {
  const body: unknown = await response.json();
  expect(body).toEqual({
    error: {
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringMatching(/./),
      request_id: response.headers.get("X-Request-Id"),
      ...pick(body, ["details", "retry_after"]),
    },
  });
  expect(response.headers.get("Content-Type")).toBe("application/json");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  const code = String(errorOf(body)["code"]);
  expect(Object.keys(catalogue)).toContain(code);
  return [response.status, code];
}

function errorOf(body: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(Object(Object(body).error)));
}

function pick(body: unknown, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(errorOf(body)).filter(([key]) => keys.includes(key)));
}

const invalid: [number, string] = [400, "INVALID_REQUEST"];
const raw = (path: string, init: RequestInit): Promise<Response> =>
  Promise.resolve(rig.app.request(path, init));

describe("a body", () => {
  test.each(["", "{", "null", "[]", '"film"', "{}", '{"media_file_id":', "\u0000", "NaN"])(
    "that reads %p is refused",
    async (body) => {
      expect(await refused(await rig.post("/api/playback/start", body))).toEqual(invalid);
    },
  );

  test("with an unknown field is refused, and the field is named", async () => {
    const response = await rig.post("/api/playback/start", { media_file_id: "film", autoplay: 1 });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("autoplay");
  });

  test("with a wrong value deep inside is refused, and the place is named", async () => {
    const body = { media_file_id: "film", device_profile: { supported_codecs: ["h264", 5] } };
    const response = await rig.post("/api/playback/start", body);
    expect(response.status).toBe(400);
    expect(pick(await response.json(), ["details"])).toEqual({
      details: {
        issues: [
          { in: "body", field: "device_profile.supported_codecs.1", message: expect.any(String) },
        ],
      },
    });
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "a/b"])(
    "sent as %p is refused",
    async (type) => {
      const body = JSON.stringify({ media_file_id: "film" });
      const headers = { "Content-Type": type };
      const response = await raw("/api/playback/start", { method: "POST", headers, body });
      expect(await refused(response)).toEqual(invalid);
    },
  );

  test("of no said type is refused", async () => {
    const body = new TextEncoder().encode(JSON.stringify({ media_file_id: "film" }));
    const response = await raw("/api/playback/start", { method: "POST", body });
    expect(await refused(response)).toEqual(invalid);
  });

  test("over 1 MB is refused, also when it does not say how long it is", async () => {
    const long = JSON.stringify({ media_file_id: "x".repeat(1_100_000) });
    expect(await refused(await rig.post("/api/playback/start", long))).toEqual([
      413,
      "REQUEST_TOO_LARGE",
    ]);
    for (const length of ["1000001", "-", "1e99"]) {
      const said = await rig.post("/api/playback/start", "{}", { "Content-Length": length });
      expect(await refused(said)).toEqual([413, "REQUEST_TOO_LARGE"]);
    }
    const headers = { "Content-Type": "application/json" };
    const body = new Blob([long]).stream();
    const response = await raw("/api/playback/start", { method: "POST", headers, body });
    expect(await refused(response)).toEqual([413, "REQUEST_TOO_LARGE"]);
  });

  test("of a thousand levels is refused, not a crash", async () => {
    const deep = `${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`;
    expect(await refused(await rig.post("/api/playback/start", deep))).toEqual(invalid);
  });

  test("whatever it holds is answered with success or a typed refusal, never a 500", async () => {
    const field = fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.constant("film"));
    const capability = fc.record({
      content_type: fc.oneof(
        fc.constantFrom('video/mp4; codecs="avc1.640028"', "audio/mp4"),
        field,
      ),
      height: fc.oneof(fc.nat(), field),
      supported: fc.oneof(fc.boolean(), field),
    });
    const known = fc.record(
      {
        media_file_id: fc.oneof({ weight: 5, arbitrary: fc.constant("film") }, field),
        container: fc.oneof(fc.constantFrom("dash", "hls"), field),
        seek_position: fc.oneof(fc.nat(), field),
        audio_track: fc.oneof(fc.nat(3), field),
        subtitle_track: fc.oneof(fc.nat(3), field),
        enable_abr: fc.oneof(fc.boolean(), field),
        quality: fc.oneof(fc.constantFrom("auto", "high", "720p", "v16", "9999p", "16"), field),
        device_profile: fc.record(
          {
            supported_codecs: fc.array(fc.constantFrom("h264", "aac", "constructor", "opus")),
            max_resolution: fc.oneof(fc.constantFrom("16p", "99999x16", "4K"), field),
            max_bitrate: fc.oneof(fc.constantFrom(1, 1e-9, 1e12), field),
            max_audio_channels: fc.oneof(fc.nat(64), field),
            media_capabilities: fc.oneof(fc.array(capability), field),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(known, fc.jsonValue()), async (body) => {
        const response = await rig.post("/api/playback/decide", body);
        if (response.status === 200) return;
        const [status] = await refused(response);
        expect([400, 404, 503]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an address", () => {
  test("that nobody serves is a 404 in JSON", async () => {
    for (const path of ["/api", "/api/", "/api/nothing", "/api/playback/session/a/b", "/x"]) {
      expect(await refused(await rig.get(path))).toEqual([404, "NOT_FOUND"]);
    }
  });

  test.each([
    "/api/media/files/%00",
    "/api/media/files/%ff%fe",
    "/api/media/files/%2e%2e%2f%2e%2e",
    "/api/media/files/%27%20OR%201=1--",
    `/api/media/files/${"a".repeat(100)}`,
    "/api/media/files/constructor",
    "/api/media/files/__proto__/stream",
  ])("such as %p names no media file", async (path) => {
    expect(await refused(await rig.get(path))).toEqual([404, "MEDIA_NOT_FOUND"]);
  });

  test.each([
    "/api/v1/content/ZZ/info",
    `/api/v1/content/${"A".repeat(64)}/info`,
    `/api/v1/content/${"0".repeat(63)}/info`,
    "/api/v1/content/..%2f..%2fetc/info",
  ])("such as %p names no content", async (path) => {
    expect(await refused(await rig.get(path))).toEqual([404, "CONTENT_NOT_FOUND"]);
  });

  test("takes the methods it takes, and says which with 405", async () => {
    const allowed: [string, string, string][] = [
      ["GET", "/api/playback/start", "OPTIONS, POST"],
      ["PUT", "/api/playback/session/a", "DELETE, GET, HEAD, OPTIONS"],
      ["DELETE", "/api/media/libraries", "GET, HEAD, OPTIONS, POST"],
      ["POST", "/api/playback/stream/a/manifest.mpd", "GET, HEAD, OPTIONS"],
      ["POST", "/metrics", "GET, HEAD, OPTIONS"],
      ["HEAD", "/api/playback/start", "OPTIONS, POST"],
    ];
    for (const [method, path, allow] of allowed) {
      const response = await raw(path, { method });
      expect(response.headers.get("Allow")).toBe(allow);
      if (method === "HEAD") expect([response.status, await response.text()]).toEqual([405, ""]);
      else expect(await refused(response)).toEqual([405, "METHOD_NOT_ALLOWED"]);
      const asked = await raw(path, { method: "OPTIONS" });
      expect([asked.status, asked.headers.get("Allow"), await asked.text()]).toEqual([
        ...[204, allow, ""],
      ]);
      expect(asked.headers.get("Content-Type")).toBeNull();
    }
    expect((await raw("/api/nothing", { method: "OPTIONS" })).status).toBe(404);
  });

  test("that is no browser's may send no body or a form's, as it names no Origin", async () => {
    const path = "/api/media/libraries/films/scan";
    expect((await raw(path, { method: "POST" })).status).toBe(202);
    expect((await raw("/api/playback/session/none", { method: "DELETE" })).status).not.toBe(403);
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const posted = await raw(path, { method: "POST", headers: form, body: "a=b" });
    expect(posted.status).not.toBe(403);
  });

  test("with a query key it does not know is refused, whichever it is", async () => {
    const paths = [
      "/api/health",
      "/api/playback/sessions",
      "/api/playback/stats",
      "/api/playback/session/a",
      "/api/media/libraries",
      "/api/media/files",
      "/api/media/files/film",
      "/api/media/files/film/stream",
      "/api/v1/content/stats",
      "/api/v1/content/by-media/film",
      "/api/events",
      "/metrics",
    ];
    for (const path of paths) {
      expect(await refused(await rig.get(`${path}?surprise=1`))).toEqual(invalid);
    }
    expect(await refused(await rig.post("/api/playback/start?a=1", {}))).toEqual(invalid);
  });

  test.each(["limit=0", "limit=501", "limit=x", "limit=", "limit=1.5", "sort=path", "q=a&q=b"])(
    "with the query %p is refused",
    async (query) => {
      expect(await refused(await rig.get(`/api/media/files?${query}`))).toEqual(invalid);
    },
  );

  test("of an old stream leads to objects that a content may have, and nowhere else", async () => {
    const { id, contentHash } = await rig.playback.start({ mediaFileId: "film" });
    const at = (name: string) => rig.get(`/api/playback/stream/${id}/${name}`);
    const response = await at("v720/3.m4s");
    expect(response.status).toBe(307);
    expect(response.headers.get("Location")).toBe(`/api/v1/content/${contentHash}/v720/3.m4s`);
    for (const name of ["", "..%2f..%2fstats", "//evil.example", "v720/0.m4s", "info"]) {
      expect(await refused(await at(name))).toEqual([404, "OBJECT_NOT_FOUND"]);
    }
    expect(await refused(await rig.get("/api/playback/stream/none/manifest.mpd"))).toEqual([
      404,
      "SESSION_NOT_FOUND",
    ]);
  });
});

describe("a page of another site", () => {
  const foreign = { Origin: "https://evil.example", Host: "films.local:8080" };

  test("may not change anything by a request that needs no preflight", async () => {
    for (const path of ["/api/v1/content/cleanup", "/api/media/libraries/films/scan"]) {
      const response = await raw(path, { method: "POST", headers: foreign });
      expect(await refused(response)).toEqual([403, "CROSS_ORIGIN"]);
    }
    const form = { ...foreign, "Content-Type": "text/plain" };
    const response = await raw("/api/playback/start", {
      method: "POST",
      headers: form,
      body: '{"media_file_id":"film"}',
    });
    expect(await refused(response)).toEqual([403, "CROSS_ORIGIN"]);
  });

  test("is never granted a preflight", async () => {
    const headers = { ...foreign, "Access-Control-Request-Method": "POST" };
    const response = await raw("/api/playback/start", { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    const granted = [...response.headers.keys()].filter((name) =>
      name.startsWith("access-control"),
    );
    expect(granted).toEqual([]);
  });

  test("and our own page is not one", async () => {
    const own = { Origin: "http://films.local:8080", Host: "films.local:8080" };
    const response = await raw("/api/v1/content/cleanup", { method: "POST", headers: own });
    expect(response.status).toBe(200);
  });
});

describe("every answer", () => {
  test("carries the client's request id when it is sane, else one of ours", async () => {
    const idOf = async (given: string) =>
      (await rig.get("/api/health", { "X-Request-Id": given })).headers.get("X-Request-Id");
    expect(await idOf("trace-1.2:3")).toBe("trace-1.2:3");
    for (const given of ["two words", "a".repeat(65), 'quote"', "<b>"]) {
      expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("says Retry-After when coming again makes sense", async () => {
    rig.pipeline.refusal = () => new Error("unforeseen");
    await rig.clock.pass(2000);
    const unforeseen = await rig.post("/api/playback/start", { media_file_id: "film" });
    const text = await unforeseen.clone().text();
    expect(await refused(unforeseen)).toEqual([500, "INTERNAL"]);
    expect(text).not.toContain("unforeseen");
    expect(rig.log.join("\n")).toContain("unforeseen");
    rig.pipeline.refusal = null;
    await using other = await createApiRig();
    await other.playback.close();
    const late = await other.post("/api/playback/start", { media_file_id: "film" });
    expect([late.status, late.headers.get("Retry-After")]).toEqual([503, "5"]);
    expect(pick(await late.json(), ["retry_after"])).toEqual({ retry_after: 5 });
  });

  test("is told to the log with its ids, and to whoever counts", async () => {
    const seen: [string, number][] = [];
    await using counted = await createApiRig({
      onRequest: (method, status) => seen.push([method, status]),
    });
    const response = await counted.post("/api/playback/start", { media_file_id: "film" });
    await counted.get("/api/nothing");
    expect(seen).toEqual([
      ["POST", 200],
      ["GET", 404],
    ]);
    const line = counted.log.find((each) => each.includes("/api/playback/start"));
    expect(line).toContain(`request_id=${response.headers.get("X-Request-Id")}`);
    expect(line).toMatch(/session_id=[0-9a-f-]{36} content=[0-9a-f]{64}/);
  });
});
