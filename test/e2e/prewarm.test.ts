import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { mapContent } from "../support/content-map.ts";
import { isDone } from "../support/job-client.ts";
import { makeSource } from "../support/make-source.ts";
import { startPrewarmServer } from "../support/prewarm-server.ts";
import type { ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/* Films that are made before anybody plays them, with the real FFmpeg. */

/** Long enough to be met in the middle of being made. */
const film = { durationSeconds: 40, rate: "5", width: 512, height: 288 };
/** Of two seconds, of two rungs and a sound. */
const segments = 60;
const other = { durationSeconds: 6, rate: "5", width: 320, height: 180 };
const television = {
  container: "hls",
  delivery: "transcode",
  device_profile: { supported_codecs: ["h264", "aac"], max_resolution: "1080p" },
};

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("prewarm");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), film);
  await makeSource(folder.file("films/other.mp4"), other);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

async function start(data: string, env: Record<string, string> = {}) {
  const at = await startPrewarmServer(folder, data, ["film.mp4", "other.mp4"], env);
  return { ...at, film: at.id("film.mp4"), other: at.id("other.mp4") };
}

/** Content requests by what became of them, and segments made, since the server started. */
async function counts(server: ServerUnderTest) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const of = (line: RegExp): number =>
    [...text.matchAll(line)].reduce((sum, [, value]) => sum + Number(value), 0);
  return {
    misses: of(/^viewra_content_requests_total\{result="miss"\} (\d+)$/gm),
    made: of(/^viewra_segments_made_total\{[^}]*\} (\d+)$/gm),
  };
}

test("who starts a film that was prewarmed for his device is given all of it from the store, and nothing is encoded", async () => {
  const at = await start("whole");
  await using server = at.server;
  const events = collectEvents(server.url);
  const id = await at.jobs.prewarm({ media_file_id: at.film, ...television });
  const told = await at.jobs.follow(id, isDone);
  const ready = told.map(({ progress }) => progress.segments_ready);
  expect(ready).toEqual(ready.toSorted((a, b) => a - b));
  expect(new Set(ready).size).toBeGreaterThan(3);
  const job = told.at(-1);
  expect(job).toMatchObject({ decision: "transcode", note: null, error: null });
  expect(job?.progress.percent).toBe(100);
  expect(job?.progress).toMatchObject({ segments_ready: segments, segments_total: segments });
  expect(job?.progress.bytes).toBeGreaterThan(100_000);

  const before = await counts(server);
  expect(before.made).toBe(segments);
  const started = await server.api.start(at.film, television);
  expect(started).toMatchObject({ cached: true, content_hash: job?.content_hash });
  const renditions = await mapContent(server.api, started);
  const names = renditions.flatMap(({ segments }) => segments.map(({ name }) => name));
  expect(names).toHaveLength(segments);
  for (const name of names) await server.api.object(started, name);
  expect(await counts(server)).toEqual(before);
  expect(await server.api.metric("viewra_child_processes")).toBe(0);

  const all = (await events.stop()).filter(({ job_id }) => job_id === id);
  const happened = all.map(({ event }) => event);
  expect([happened[0], happened[1], happened.at(-1)]).toEqual(["queued", "started", "done"]);
  expect(happened.filter((name) => name === "progress").length).toBeGreaterThan(2);
  // The content is known as one of the film's, though nobody had played it.
  const known = await fetch(`${server.url}/api/v1/content/by-media/${at.film}`);
  expect(await known.text()).toContain(job?.content_hash ?? "none");
}, 240_000);

test("a part is made and no more, and the file that a device plays as it is is done at once", async () => {
  const at = await start("part");
  await using server = at.server;
  const range = { from: 20, to: 26 };
  const id = await at.jobs.prewarm({ media_file_id: at.film, ...television, range });
  const told = await at.jobs.follow(id, isDone);
  const { segments_ready: ready, segments_total: total } = told.at(-1)?.progress ?? {};
  // Three segments of each; sound is cut between its own frames, a little beside.
  expect([9, 10, 11]).toContain(total ?? 0);
  expect([ready, (await counts(server)).made]).toEqual([total, total ?? 0]);
  const asItIs = { supported_containers: ["mp4"], supported_codecs: ["h264", "aac"] };
  const direct = await at.jobs.prewarm({ media_file_id: at.film, device_profile: asItIs });
  const [job] = (await at.jobs.follow(direct, isDone)).slice(-1);
  expect(job).toMatchObject({ decision: "direct_play", progress: { bytes: 0 } });
  expect(job?.note).toContain("as it is");
}, 120_000);

test("a job that is cancelled in mid-way ends its encoder at once, and keeps what is made", async () => {
  const at = await start("cancelled");
  await using server = at.server;
  const id = await at.jobs.prewarm({ media_file_id: at.film, ...television });
  await at.jobs.follow(id, ({ progress }) => progress.segments_ready >= 4);
  expect(await at.jobs.cancel(id)).toBe(204);
  const cancelledAt = performance.now();
  while (((await server.api.metric("viewra_child_processes")) ?? 1) > 0) {
    expect(performance.now() - cancelledAt).toBeLessThan(5000);
    await Bun.sleep(20);
  }
  const job = await at.jobs.get(id);
  expect(job.status).toBe("cancelled");
  const { made } = await counts(server);
  expect(made).toBeGreaterThanOrEqual(4);
  expect(made).toBeLessThan(segments);
  expect(await at.jobs.cancel(id)).toBe(204);
  expect(await at.jobs.get(id)).toEqual(job);
  await Bun.sleep(1000);
  expect(await counts(server)).toMatchObject({ made });
  // Asked for again, it goes on where it was.
  const again = await at.jobs.prewarm({ media_file_id: at.film, ...television });
  expect(again).not.toBe(id);
  const told = await at.jobs.follow(again, isDone);
  const first = told.find(({ progress }) => progress.segments_total > 0);
  expect(first?.progress.segments_ready).toBeGreaterThanOrEqual(made);
  expect((await counts(server)).made).toBe(segments);
}, 240_000);

test.each(["stopped", "killed"] as const)(
  "a server that is %s in mid-way goes on with its jobs when it starts again",
  async (how) => {
    const [id, next] = await (async () => {
      const at = await start(how);
      await using server = at.server;
      const running = await at.jobs.prewarm({ media_file_id: at.film, ...television });
      const waiting = await at.jobs.prewarm({ media_file_id: at.other, ...television });
      await at.jobs.follow(running, ({ progress }) => progress.segments_ready >= 4);
      if (how === "killed") await server.kill();
      else expect(await server.stop()).toBe(0);
      return [running, waiting];
    })();
    const at = await start(how);
    await using server = at.server;
    const told = await at.jobs.follow(id, isDone);
    expect(told.at(-1)?.progress.segments_ready).toBe(segments);
    // What was made before is not made again.
    const { made } = await counts(server);
    expect(made).toBeLessThanOrEqual(segments - 4);
    await at.jobs.follow(next, isDone);
    const started = await server.api.start(at.film, television);
    const names = (await mapContent(server.api, started)).flatMap(({ segments }) => segments);
    const { misses } = await counts(server);
    expect(names).toHaveLength(segments);
    for (const { name } of names) await server.api.object(started, name);
    expect((await counts(server)).misses).toBe(misses);
  },
  240_000,
);

test("who starts another film meanwhile is served first, and the job goes on behind", async () => {
  const at = await start("viewer", { TRANSCODE_MAX_CONCURRENT: "1" });
  await using server = at.server;
  const id = await at.jobs.prewarm({ media_file_id: at.film, ...television });
  await at.jobs.follow(id, ({ progress }) => progress.segments_ready >= 2);
  const started = await server.api.start(at.other, { container: "hls" });
  const renditions = await mapContent(server.api, started);
  const names = renditions.flatMap(({ segments }) => segments.map(({ name }) => name));
  for (const name of names) await server.api.object(started, name);
  const job = await at.jobs.get(id);
  expect([job.status, job.progress.percent < 100]).toEqual(["running", true]);
  await at.jobs.follow(id, isDone);
}, 240_000);

test("policies have made what was added lately by themselves, within their bytes", async () => {
  const at = await start("policies", { PREWARM: "recently-added", PREWARM_MAX_BYTES: "10G" });
  await using server = at.server;
  const deadline = Date.now() + 60_000;
  let jobs = await at.jobs.list();
  while (jobs.filter(isDone).length < 2 && Date.now() < deadline) {
    await Bun.sleep(100);
    jobs = await at.jobs.list();
  }
  expect(jobs.map(({ policy, status }) => [policy, status])).toEqual([
    ...[
      ["recently-added", "done"],
      ["recently-added", "done"],
    ],
  ]);
  expect(new Set(jobs.map(({ media_file_id: file }) => file))).toEqual(
    new Set([at.film, at.other]),
  );
  // A browser of which nothing is known finds its film.
  const started = await server.api.start(at.other, { container: "hls", delivery: "auto" });
  expect(jobs.map(({ content_hash: hash }) => hash)).toContain(started.content_hash);
}, 240_000);

test.each([
  ["bytes that are used", { PREWARM_MAX_BYTES: "100k" }, "PREWARM_MAX_BYTES"],
  ["hours that are others", { PREWARM_HOURS: hoursFromNow(3, 4) }, "PREWARM_HOURS"],
])(
  "policies rest for %s, and what a client asks for is made all the same",
  async (_, env, why) => {
    const at = await start(why, { PREWARM: "recently-added", ...env });
    await using server = at.server;
    const deadline = Date.now() + 60_000;
    while (!server.log().includes("policies rest") && Date.now() < deadline) await Bun.sleep(100);
    expect(server.log()).toContain(why);
    const isAtRest = async (): Promise<boolean> =>
      (await at.jobs.list("?status=running")).length === 0;
    while (!(await isAtRest()) && Date.now() < deadline) await Bun.sleep(100);
    const { made } = await counts(server);
    // Both films are more than that.
    expect(made).toBeLessThan(segments);
    if (why === "PREWARM_HOURS") expect(made).toBe(0);
    await Bun.sleep(3000);
    expect([await counts(server), await isAtRest()]).toMatchObject([{ made }, true]);
    await at.jobs.follow(await at.jobs.prewarm({ media_file_id: at.film, ...television }), isDone);
  },
  240_000,
);

/** `PREWARM_HOURS` that begin and end so many hours from now. */
function hoursFromNow(from: number, to: number): string {
  const hour = new Date().getHours();
  return [from, to].map((hours) => `${(hour + hours) % 24}:00`).join("-");
}

interface ToldEvent {
  readonly event: unknown;
  readonly job_id: unknown;
}

/** Events of jobs, as `/api/events` tells them. */
function collectEvents(base: string): { stop(): Promise<ToldEvent[]> } {
  const stopping = new AbortController();
  const told: ToldEvent[] = [];
  const read = async (): Promise<void> => {
    const response = await fetch(`${base}/api/events`, { signal: stopping.signal });
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const data = /^event: job\ndata: (.*)$/.exec(part)?.[1];
        if (data !== undefined) told.push(JSON.parse(data));
      }
    }
  };
  const reading = read().catch(() => undefined);
  return {
    stop: async () => {
      await Bun.sleep(200);
      stopping.abort();
      await reading;
      return told;
    },
  };
}
