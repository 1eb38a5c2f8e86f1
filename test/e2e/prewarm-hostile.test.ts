import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, rm } from "node:fs/promises";
import { isDone, type ToldJob } from "../support/job-client.ts";
import { makeSource } from "../support/make-source.ts";
import { fillDisk, mountTmpfs } from "../support/mount.ts";
import { startPrewarmServer } from "../support/prewarm-server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/* Prewarming of what cannot be made, and by who asks for too much. */

const film = { durationSeconds: 40, rate: "5", width: 512, height: 288 };
const isRoot = process.getuid?.() === 0;
const wish = { container: "hls", delivery: "transcode" };
const hasEnded = ({ status }: ToldJob): boolean => !["queued", "running"].includes(status);

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("prewarm-hostile");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), film);
  await makeSource(folder.file("films/gone.mp4"), { ...film, durationSeconds: 41 });
  // Whole at both ends, nothing in between.
  const whole = await Bun.file(folder.file("films/film.mp4")).bytes();
  whole.fill(0, Math.floor(whole.length * 0.3), Math.floor(whole.length * 0.7));
  await Bun.write(folder.file("films/damaged.mp4"), whole);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

const start = (data: string, env: Record<string, string> = {}) =>
  startPrewarmServer(folder, data, ["film.mp4", "damaged.mp4"], env);

test("five hundred jobs at once, and one a hundred times, are taken, and others are answered meanwhile", async () => {
  const at = await start("many");
  await using server = at.server;
  const media_file_id = at.id("film.mp4");
  const parts = Array.from({ length: 500 }, (_, i) => ({ from: i / 20, to: 30 + i / 100 }));
  const asked = Promise.all(
    parts.map((part) => at.jobs.prewarm({ media_file_id, ...wish, ...part })),
  );
  const same = Promise.all(
    Array.from({ length: 100 }, () => at.jobs.prewarm({ media_file_id, ...wish })),
  );
  const began = performance.now();
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  expect(performance.now() - began).toBeLessThan(5000);
  const ids = await asked;
  expect(new Set(ids).size).toBe(500);
  expect(new Set(await same).size).toBe(1);
  const all = await at.jobs.list("?limit=500");
  expect(all).toHaveLength(500);
  expect(all.filter(({ status }) => status === "running").length).toBeLessThanOrEqual(1);
  const cancelled = await Promise.all([...ids, ...(await same)].map((id) => at.jobs.cancel(id)));
  expect(new Set(cancelled)).toEqual(new Set([204]));
  expect(await at.jobs.list("?status=queued")).toEqual([]);
  expect(await at.jobs.list("?status=running")).toEqual([]);
  expect(server.log()).not.toContain("nhandled");
}, 120_000);

test("what is no request is refused with what was expected", async () => {
  const at = await start("refused");
  await using _ = at.server;
  const media_file_id = at.id("film.mp4");
  const bodies = [
    { media_file_id, from: -1 },
    { media_file_id, from: 10, to: 10 },
    { media_file_id, from: 10, to: 5 },
    { media_file_id, from: 1000 },
    { media_file_id, range: { from: 5, to: 1 } },
    { media_file_id, range: { from: 1, to: 5 }, to: 6 },
    { media_file_id, range: "1-5" },
    { media_file_id, to: "end" },
    { media_file_id, seek_position: 5 },
    { media_file_id, quality: "best" },
    { media_file_id, audio_track: 7 },
    { media_file_id, device_profile: { max_resolution: "huge" } },
    { from: 1 },
  ];
  for (const body of bodies) {
    const answer = await at.jobs.tryPrewarm(body);
    expect([body, answer]).toMatchObject([body, { status: 400, code: "INVALID_REQUEST" }]);
  }
  expect(await at.jobs.tryPrewarm({ media_file_id: crypto.randomUUID() })).toMatchObject({
    ...{ status: 404, code: "MEDIA_NOT_FOUND" },
  });
  expect(await at.jobs.cancel(crypto.randomUUID())).toBe(404);
  expect(await at.jobs.list()).toEqual([]);
}, 60_000);

test("a film that vanishes fails its jobs, a damaged one ends, and the next is made", async () => {
  const at = await start("bad");
  await using server = at.server;
  const listed = await server.api.awaitFiles(["gone.mp4"]);
  const gone = listed.get("gone.mp4")?.id ?? "";
  const running = await at.jobs.prewarm({ media_file_id: gone, ...wish });
  const waiting = await at.jobs.prewarm({ media_file_id: gone, ...wish, quality: "high" });
  const damaged = await at.jobs.prewarm({ media_file_id: at.id("damaged.mp4"), ...wish });
  const good = await at.jobs.prewarm({ media_file_id: at.id("film.mp4"), ...wish, to: 10 });
  await at.jobs.follow(running, ({ progress }) => progress.segments_ready >= 2);
  await rm(folder.file("films/gone.mp4"));
  for (const id of [running, waiting]) {
    const job = (await at.jobs.follow(id, hasEnded)).at(-1);
    expect(job).toMatchObject({ status: "failed", error: { code: "MEDIA_MISSING" } });
  }
  const ended = (await at.jobs.follow(damaged, hasEnded)).at(-1);
  expect(["done", "failed"]).toContain(ended?.status ?? "");
  if (ended?.status === "failed") expect(ended.error?.message).not.toBe("");
  await at.jobs.follow(good, isDone);
  expect(server.log()).not.toContain("nhandled");
}, 240_000);

describe.skipIf(!isRoot)("a disk that is full", () => {
  test("fails a job with the reason, at once, and the same is made when there is room", async () => {
    const disk = await mountTmpfs(folder.file("disk"), "96m");
    if (disk === null) throw new Error("expected root to mount a tmpfs");
    await using _ = disk;
    const at = await start("full", { CONTENT_STORE_PATH: `${disk.path}/store` });
    await using server = at.server;
    const media_file_id = at.id("film.mp4");
    const id = await at.jobs.prewarm({ media_file_id, ...wish });
    await at.jobs.follow(id, ({ progress }) => progress.segments_ready >= 1);
    await fillDisk(`${disk.path}/filler`);
    const job = (await at.jobs.follow(id, hasEnded)).at(-1);
    expect(job).toMatchObject({ status: "failed", error: { code: "STORAGE_FULL" } });
    await rm(`${disk.path}/filler`);
    // What failed is not tried anew for some seconds.
    const deadline = Date.now() + 60_000;
    let again = job;
    while (again?.status !== "done" && Date.now() < deadline) {
      const next = await at.jobs.prewarm({ media_file_id, ...wish });
      again = (await at.jobs.follow(next, hasEnded)).at(-1);
      await Bun.sleep(500);
    }
    expect(again).toMatchObject({ status: "done", error: null });
    expect(await server.stop()).toBe(0);
  }, 240_000);
});
