import { expect, test } from "bun:test";
import { createApiRig, type ApiRig } from "./api-rig.ts";

const film = { mediaFileId: "film" };

async function json(response: Response): Promise<unknown> {
  expect(response.status).toBe(200);
  return response.json();
}

const cleanup = async (rig: ApiRig) =>
  json(await rig.app.request("/api/v1/content/cleanup", { method: "POST" }));

test("a content tells what it holds and how much of it is there", async () => {
  await using rig = await createApiRig();
  const { contentHash } = await rig.playback.start(film);
  expect(await json(await rig.get(`/api/v1/content/${contentHash}/info`))).toMatchObject({
    content_hash: contentHash,
    content_url: `/api/v1/content/${contentHash}/`,
    manifests: {
      dash: `/api/v1/content/${contentHash}/manifest.mpd`,
      hls: `/api/v1/content/${contentHash}/master.m3u8`,
    },
    duration: 60,
    segments_ready: 3,
    segments_total: 91,
    objects: 6,
    bytes: 600,
    remade: 0,
    media_file_ids: ["film"],
    renditions: [
      { id: "v240", segments_ready: 2, segments_total: 15, height: 240 },
      { id: "v360" },
      { id: "v480" },
      { id: "v720" },
      { id: "v1080" },
      { id: "a1", kind: "audio", segments_ready: 1, channels: 2 },
      { id: "s1", kind: "image", method: "tiles", segments_total: 1 },
    ],
  });
  const byMedia = await json(await rig.get("/api/v1/content/by-media/film"));
  expect(byMedia).toMatchObject({ contents: [{ content_hash: contentHash }] });
});

test("a deleted content is gone, and playing its film publishes it again", async () => {
  await using rig = await createApiRig();
  const { contentHash } = await rig.playback.start(film);
  const path = `/api/v1/content/${contentHash}`;
  expect((await rig.app.request(path, { method: "DELETE" })).status).toBe(204);
  expect((await rig.app.request(path, { method: "DELETE" })).status).toBe(404);
  expect((await rig.get(`${path}/info`)).status).toBe(404);
  expect((await rig.playback.start(film)).cached).toBe(false);
});

test("verifying tells what is bad, and repairs only when asked", async () => {
  await using rig = await createApiRig();
  const { contentHash } = await rig.playback.start(film);
  const fault = { content_hash: contentHash, object: "v240/2.m4s", reason: "digest" };
  const verify = (body: unknown) => rig.post("/api/v1/content/verify", body);
  expect(await json(await verify({}))).toEqual({ faults: [fault], repaired: 0 });
  expect(await json(await verify({ repair: true }))).toEqual({ faults: [fault], repaired: 1 });
  expect((await verify({ content_hash: "0".repeat(64) })).status).toBe(404);
  const bare = await rig.app.request("/api/v1/content/verify", { method: "POST" });
  expect(bare.status).toBe(200);
});

test("cleaning up removes what nobody watches and no library holds, and nothing else", async () => {
  await using rig = await createApiRig();
  const kept = await rig.playback.start(film);
  const [plan] = rig.pipeline.published.values();
  if (plan === undefined) throw new Error("expected a published plan");
  const other = { ...plan, source: { ...plan.source, fingerprint: "gone" } };
  const watched = (await rig.pipeline.publish(other)).hash;
  const leave = rig.pipeline.watch(watched);
  expect(await cleanup(rig)).toEqual({ removed: [], bytes_freed: 0, unknown: 0 });
  leave();
  expect(await cleanup(rig)).toEqual({ removed: [watched], bytes_freed: 600, unknown: 0 });
  expect([...rig.pipeline.published.keys()]).toEqual([kept.contentHash]);
});
