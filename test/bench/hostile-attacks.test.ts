import { afterEach, expect, test } from "bun:test";
import {
  differentWishes,
  droppedSeeks,
  everySoundTrack,
  manyWaits,
} from "../../scripts/bench/hostile-attacks.ts";
import { rational } from "../../src/media/rational.ts";
import { filmPlan } from "../golden/film-plan.ts";

const plan = filmPlan({ frameRate: rational(25, 1), seconds: 400, segmentSeconds: 2 });
const target = { plan, contentPath: "/api/v1/content/x/" };
const servers: { stop: (force: boolean) => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(true);
});

test("many waits are for different segments, spread over the whole content, all at once", () => {
  for (const count of [1, 10, 300, 800]) {
    const { requests, atOnce } = manyWaits(target, count);
    expect([new Set(requests.map(({ path }) => path)).size, atOnce]).toEqual([count, count]);
  }
  const renditions = manyWaits(target, 40).requests.map(({ path }) => path.split("/").at(-2));
  expect(new Set(renditions).size).toBe(plan.renditions.length);
  expect(() => manyWaits(target, 100_000)).toThrow("expected 100000 segments");
});

test("a seek never leads to where the one before would come to by itself", () => {
  const { requests, dropAfterMs } = droppedSeeks(target, 100, 200);
  expect([requests.length, dropAfterMs]).toEqual([100, 200]);
  const at = requests.map(({ path }) => {
    const [rendition, name] = path.split("/").slice(-2);
    return { rendition, n: Number.parseInt(name ?? "", 10) };
  });
  for (const [i, here] of at.slice(1).entries()) {
    const before = at[i];
    const isFar = before?.rendition !== here.rendition || Math.abs(here.n - (before?.n ?? 0)) > 40;
    expect(isFar).toBe(true);
  }
});

test("wishes differ, and every sound track is asked for", () => {
  const bodies = differentWishes("film", 100).requests.map(({ body }) => body);
  expect(new Set(bodies).size).toBe(100);
  const tracks = plan.renditions.filter(({ kind }) => kind === "audio");
  const { requests } = everySoundTrack(target, 3);
  expect(requests.length).toBe(tracks.length * 3);
  for (const { id } of tracks) {
    expect(requests.some(({ path }) => path === `${target.contentPath}${id}/1.m4s`)).toBe(true);
  }
});

test.each([
  { dropAfterMs: null, answered: { "200": 6, "404": 6 }, hangUps: 0 },
  { dropAfterMs: 50, answered: { "0": 12 }, hangUps: 12 },
])(
  "the client does what an attack says (%j)",
  async ({ dropAfterMs, answered, hangUps }) => {
    let [open, most, hung] = [0, 0, 0];
    const server = Bun.serve({
      port: 0,
      fetch: async (request) => {
        most = Math.max(most, ++open);
        request.signal.addEventListener("abort", () => hung++);
        await Bun.sleep(dropAfterMs === null ? 20 : 400);
        open--;
        return new Response(null, { status: request.method === "GET" ? 200 : 404 });
      },
    });
    servers.push(server);
    const requests = Array.from({ length: 12 }, (_, i) => ({
      ...{ method: i % 2 === 0 ? "GET" : "POST", path: `/${i}`, body: i % 2 === 0 ? "" : "{}" },
    }));
    const attackPath = `${process.env["TMPDIR"] ?? "/tmp"}/attack-${crypto.randomUUID()}.json`;
    await Bun.write(attackPath, JSON.stringify({ requests, atOnce: 4, dropAfterMs }));
    const script = new URL("../../scripts/bench/hostile-client.ts", import.meta.url).pathname;
    const client = Bun.spawn([process.execPath, script, server.url.href, attackPath]);
    const printed = await new Response(client.stdout).text();
    await Bun.file(attackPath).delete();
    expect(printed.split("\n")[0]).toBe("under way");
    expect(JSON.parse(printed.split("\n")[1] ?? "")).toEqual(answered);
    expect(hung).toBe(hangUps);
    if (dropAfterMs === null) expect(most).toBe(4);
  },
  20_000,
);
