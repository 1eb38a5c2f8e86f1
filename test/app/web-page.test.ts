import { afterAll, describe, expect, test } from "bun:test";
import { createWebPage } from "../../src/app/web-page.ts";

const page = createWebPage({ contentOrigins: ["https://cdn.example"] });
const server = Bun.serve({
  port: 0,
  fetch: async (request) => (await page.respond(request)) ?? new Response("other", { status: 404 }),
});
afterAll(() => server.stop(true));

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, server.url), { headers: { "Accept-Encoding": "identity", ...headers } });

async function assetPaths(): Promise<string[]> {
  const html = await (await get("/")).text();
  return [...html.matchAll(/(?:src|href)="\.?(\/[^"]+)"/g)].map(([, path]) => path ?? "");
}

describe("the page as served", () => {
  test("is asked for again each time and may load nothing from elsewhere", async () => {
    const response = await get("/");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html;charset=utf-8");
    expect(response.headers.get("Cache-Control")).toBe("no-cache");
    const policy = response.headers.get("Content-Security-Policy");
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("connect-src 'self' https://cdn.example;");
    expect(await response.text()).not.toMatch(/<script(?![^>]* src=)/);
  });

  test("names its files by their contents, which are kept for good", async () => {
    const paths = await assetPaths();
    expect(new Set(paths.map((path) => path.split(".").at(-1)))).toEqual(
      new Set(["css", "js", "svg"]),
    );
    for (const path of paths) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    }
  });

  test("comes compressed to those who take it, with the same contents", async () => {
    const [path = ""] = (await assetPaths()).filter((name) => name.endsWith(".js"));
    const plain = await get(path);
    const packed = await get(path, { "Accept-Encoding": "br, gzip" });
    expect(packed.headers.get("ETag")).not.toBe(plain.headers.get("ETag"));
    expect(packed.headers.get("Vary")).toBe("Accept-Encoding");
    const packedSize = Number(packed.headers.get("Content-Length"));
    expect(packedSize).toBeLessThan(Number(plain.headers.get("Content-Length")) / 2);
    expect(await packed.text()).toBe(await plain.text());
  });

  test("is not sent twice to who has it", async () => {
    const tag = (await get("/")).headers.get("ETag") ?? "";
    const again = await get("/", { "If-None-Match": `"other", W/${tag}` });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    for (const other of ['"other"', '"x,*,y"'])
      expect((await get("/", { "If-None-Match": other })).status, other).toBe(200);
  });

  test("has the production build of React and is light until a title plays", async () => {
    const [path = ""] = (await assetPaths()).filter((name) => name.endsWith(".js"));
    const text = await (await get(path)).text();
    expect(text).not.toContain("react-dom-client.development");
    expect(text.length).toBeLessThan(400_000);
  });

  test("leaves other addresses and methods to others", async () => {
    expect((await get("/api/health")).status).toBe(404);
    expect((await get("/chunk-none.js")).status).toBe(404);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(404);
  });

  test("answers HEAD with the headers alone", async () => {
    const response = await fetch(server.url, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("Content-Security-Policy")).not.toBeNull();
  });
});
