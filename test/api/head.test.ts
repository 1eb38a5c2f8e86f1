import { afterAll, beforeAll, expect, test } from "bun:test";
import * as v from "valibot";
import { createApiRig, type ApiRig } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await createApiRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const document = v.object({ paths: v.record(v.string(), v.record(v.string(), v.unknown())) });

/** Of a film that is there, and of none. */
const ids = ["film", "nothing"] as const;

test("HEAD tells of every route what GET tells, its length included", async () => {
  const { paths } = v.parse(document, await (await rig.get("/api/openapi.json")).json());
  const routes = Object.keys(paths).filter((path) => "get" in (paths[path] ?? {}));
  expect(routes.length).toBeGreaterThan(15);
  const told: unknown[] = [];
  const due: unknown[] = [];
  let lengths = 0;
  for (const path of routes) {
    for (const id of ids) {
      const address = path.replaceAll(/\{[^}]+\}/g, id);
      const got = await rig.get(address);
      const head = await rig.app.request(address, { method: "HEAD" });
      expect(await head.text()).toBe("");
      const isEndless = got.headers.get("Content-Type") === "text/event-stream";
      const size = isEndless ? null : String((await got.arrayBuffer()).byteLength);
      if (isEndless) await got.body?.cancel();
      lengths += Number(size !== null && size !== "0");
      due.push([address, got.status, got.headers.get("Content-Type"), size]);
      const { headers } = head;
      told.push([
        ...[address, head.status, headers.get("Content-Type"), headers.get("Content-Length")],
      ]);
    }
  }
  expect(told).toEqual(due);
  expect(lengths).toBeGreaterThan(20);
});
