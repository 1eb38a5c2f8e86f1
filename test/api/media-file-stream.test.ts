import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fc from "fast-check";
import { mediaFiles } from "../../src/db/schema.ts";
import { parseByteRange } from "../../src/http/byte-range.ts";
import { createApiRig, type ApiRig } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await createApiRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const path = "/api/media/files/film/stream";

test("the whole file is answered with its length and type, and may be kept if it is asked for again", async () => {
  const response = await rig.get(path);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("0123456789");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-length": "10",
    "content-type": "video/mp4",
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
  });
});

test.each([
  ["bytes=0-0", 206, "0", "bytes 0-0/10"],
  ["bytes=2-4", 206, "234", "bytes 2-4/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=7-999", 206, "789", "bytes 7-9/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
  ["bytes=4-2", 200, "0123456789", null],
  ["bytes=1-2,4-5", 200, "0123456789", null],
  ["lines=1-2", 200, "0123456789", null],
  ["bytes=-", 200, "0123456789", null],
])("the range %p is answered %p with %p", async (Range, status, text, contentRange) => {
  const response = await rig.get(path, { Range });
  expect([response.status, await response.text()]).toEqual([status, text]);
  expect(response.headers.get("Content-Range")).toBe(contentRange);
});

test.each(["bytes=10-", "bytes=-0", "bytes=99-100"])(
  "the range %p is not there, and the size is told",
  async (Range) => {
    const response = await rig.get(path, { Range });
    expect(response.status).toBe(416);
    expect(response.headers.get("Content-Range")).toBe("bytes */10");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  },
);

test("what a client has is not sent again, and a range of what changed is the whole", async () => {
  const ETag = (await rig.get(path)).headers.get("ETag") ?? "";
  const same = await rig.get(path, { "If-None-Match": `"x", W/${ETag}` });
  expect([same.status, await same.text()]).toEqual([304, ""]);
  for (const other of ['"x"', '"x,*,y"', ETag.slice(1), `"${ETag}`])
    expect((await rig.get(path, { "If-None-Match": other })).status, other).toBe(200);
  expect((await rig.get(path, { Range: "bytes=1-2", "If-Range": ETag })).status).toBe(206);
  expect((await rig.get(path, { Range: "bytes=1-2", "If-Range": '"x"' })).status).toBe(200);
});

test("what must be the version that a client knows is refused when it is another", async () => {
  const ETag = (await rig.get(path)).headers.get("ETag") ?? "";
  for (const same of [ETag, `"a,b" , ${ETag}`, "*"])
    expect((await rig.get(path, { "If-Match": same, Range: "bytes=1-2" })).status, same).toBe(206);
  for (const other of ['"x"', '"x,*,y"', `W/${ETag}`]) {
    const response = await rig.get(path, { "If-Match": other, "If-None-Match": ETag });
    expect(response.status, other).toBe(412);
    expect(await response.json()).toMatchObject({ error: { code: "PRECONDITION_FAILED" } });
  }
});

test("HEAD tells the length and sends nothing", async () => {
  const response = await rig.app.request(path, { method: "HEAD" });
  expect([response.status, response.headers.get("Content-Length")]).toEqual([200, "10"]);
  expect(await response.text()).toBe("");
});

test("a file that is gone is MEDIA_MISSING", async () => {
  await using other = await createApiRig({ openFile: async () => null });
  const response = await other.get(path);
  expect([response.status, (await response.text()).includes("MEDIA_MISSING")]).toEqual([404, true]);
});

test.each([
  ["MEDIA_UNREADABLE", "MEDIA_UNREADABLE"],
  ["PROBE_FAILED", "MEDIA_UNREADABLE"],
  ["MEDIA_UNSUPPORTED", "MEDIA_UNSUPPORTED"],
])(
  "what a scan called %s is no film and is not streamed, whatever its name says",
  async (reasonCode, code) => {
    await using other = await createApiRig();
    await other.db.write((queries) =>
      queries.update(mediaFiles).set({ status: "unreadable", reasonCode, reason: "No film in it" }),
    );
    const response = await other.get(path);
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code, message: "No film in it" } });
  },
);

test.each([{ fileSize: 9 }, { mtimeMs: 1 }])(
  "a file that is not as it was probed (%j) is not streamed until a scan has looked at it",
  async (probed) => {
    await using other = await createApiRig();
    await other.db.write((queries) => queries.update(mediaFiles).set(probed));
    const response = await other.get(path);
    expect([response.status, (await response.text()).includes("MEDIA_CHANGED")]).toEqual([
      409,
      true,
    ]);
  },
);

test("any range header leads to bytes that exist", () => {
  const number = fc.oneof(fc.nat(40).map(String), fc.constant(""), fc.constant("9".repeat(15)));
  fc.assert(
    fc.property(number, number, fc.nat(20), (first, last, size) => {
      const range = parseByteRange(`bytes=${first}-${last}`, size);
      if (range === undefined || range === "unsatisfiable") return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.start).toBeLessThan(range.end);
      expect(range.end).toBeLessThanOrEqual(size);
    }),
  );
});
