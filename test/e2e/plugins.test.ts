import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeTruth, judgeStream, type Truth } from "../support/judge-stream.ts";
import { makeSource } from "../support/make-source.ts";
import { runTool } from "../support/run-tool.ts";
import { serverCommand, startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

// The built server with the example of plugins/README.md, built as told there, and two plugins that are none.
const example = join(import.meta.dir, "../../plugins/examples/x264_tuned");
let folder: TempFolder;
let truth: Truth;

beforeAll(async () => {
  folder = await createTempFolder("plugins");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), { durationSeconds: 9 });
  truth = await decodeTruth(folder.file("films/film.mp4"));
  const made = folder.file("plugins/tuned");
  await mkdir(made, { recursive: true });
  await runTool([
    ...[process.execPath, "build", "--target", "bun", join(example, "index.ts")],
    ...["--outfile", join(made, "index.js")],
  ]);
  await cp(join(example, "plugin.cue"), join(made, "plugin.cue"));
  for (const [name, code] of [
    ["hanging", "for (;;);"],
    ["throwing", "throw new Error('not today');"],
  ] as const) {
    await mkdir(folder.file(`plugins/${name}`));
    const cue = (await Bun.file(join(example, "plugin.cue")).text()).replace("x264_tuned", name);
    await writeFile(folder.file(`plugins/${name}/plugin.cue`), cue);
    await writeFile(folder.file(`plugins/${name}/index.js`), code);
  }
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

const launch = (plugins: string): Promise<ServerUnderTest> =>
  startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    env: { PLUGIN_DIR: plugins, TRANSCODE_FILL: "none" },
  });
const wholly = { container: "hls", delivery: "transcode" } as const;

async function ask(
  server: ServerUnderTest,
  path: string,
  init: RequestInit = {},
): Promise<unknown> {
  const response = await fetch(server.api.url(`/api/v1/plugins${path}`), init);
  return response.json();
}

async function becomes(server: ServerUnderTest, id: string, status: string): Promise<void> {
  let last: unknown;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await Bun.sleep(100)) {
    last = await ask(server, `/${id}`);
    if (JSON.stringify(last).includes(`"status":"${status}"`)) return;
  }
  throw new Error(`${id} never became ${status}: ${JSON.stringify(last)}\n${server.log()}`);
}

const put = (values: unknown): RequestInit => ({
  method: "PUT",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(values),
});

test("a film is played that an external plugin encodes, as it is configured, beside plugins that hang and throw", async () => {
  await using server = await launch(folder.file("plugins"));
  const id = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
  // What hangs is given up after half a minute, and holds up neither the start nor the film.
  await becomes(server, "throwing", "broken");
  await becomes(server, "x264_tuned", "used");
  expect(await ask(server, "/throwing")).toMatchObject({
    ...{ source: "external", fault: "It cannot be loaded: not today", status: "broken" },
  });
  const started = await server.api.start(id, wholly);
  expect(started.provider).toBe("x264_tuned");
  for (const manifest of ["master.m3u8", "manifest.mpd"]) {
    const faults = await judgeStream(server.api.url(started.content_url + manifest), truth, {
      ...{ rate: 25, constantRate: true, videoTracks: 1 },
    });
    expect(faults, manifest).toEqual([]);
  }
  // Another configuration is another content; what was planned before is still made as it was planned.
  const half = await server.api.start(id, { ...wholly, quality: "low" });
  expect(await ask(server, "/x264_tuned/config", put({ tune: "grain" }))).toMatchObject({
    ...{ config: { tune: "grain", priority: 5 }, defaults: { tune: "animation" } },
  });
  await Bun.sleep(1_100);
  const other = await server.api.start(id, wholly);
  expect(other.provider).toBe("x264_tuned");
  expect(other.content_hash).not.toBe(started.content_hash);
  expect((await fetch(server.api.url(`${half.content_url}v240/3.m4s`))).status).toBe(200);
  expect(
    await judgeStream(server.api.url(`${other.content_url}master.m3u8`), truth, {
      ...{ rate: 25, constantRate: true, videoTracks: 1 },
    }),
  ).toEqual([]);
  expect(await ask(server, "/x264_tuned/config", put({ tune: "opera" }))).toMatchObject({
    error: {
      code: "PLUGIN_CONFIGURATION_INVALID",
      details: { file: "x264_tuned.cue", line: 2, column: 3 },
    },
  });
  await becomes(server, "hanging", "broken");
  const health = await (await fetch(server.api.url("/api/health"))).text();
  expect(health).toContain("throwing: It cannot be loaded: not today");
}, 180_000);

test("after a restart it is configured as before, and without its folder what it made is served", async () => {
  {
    await using server = await launch(folder.file("plugins"));
    await becomes(server, "x264_tuned", "not_proven");
    expect(await ask(server, "/x264_tuned/config")).toMatchObject({ config: { tune: "grain" } });
  }
  await mkdir(folder.file("none"), { recursive: true });
  await using server = await launch(folder.file("none"));
  const id = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
  const started = await server.api.start(id, wholly);
  expect(started.provider).toBe("ffmpeg_software");
}, 120_000);

test("viewra plugins lists them, tries one, and switches one off for the next start", async () => {
  const words = serverCommand();
  const run = async (...args: string[]): Promise<{ code: number; text: string }> => {
    const child = Bun.spawn([...words, "plugins", ...args, "--data-dir", folder.file("cli")], {
      ...{ stdin: "ignore", stdout: "pipe", stderr: "ignore" },
      env: { ...process.env, PLUGIN_DIR: folder.file("tuned-alone") },
    });
    const text = await new Response(child.stdout).text();
    return { code: await child.exited, text };
  };
  await cp(folder.file("plugins/tuned"), folder.file("tuned-alone/tuned"), { recursive: true });
  expect(await run()).toMatchObject({
    ...{ code: 0, text: expect.stringMatching(/^x264_tuned +not tried 1\.0\.0, external$/m) },
  });
  expect(await run("probe", "x264_tuned")).toMatchObject({
    ...{ code: 0, text: expect.stringMatching(/^ +h264: works$/m) },
  });
  expect((await run("disable", "x264_tuned")).code).toBe(0);
  expect((await run("list")).text).toMatch(/^x264_tuned +disabled/m);
  expect((await run("disable", "ffmpeg_software")).code).toBe(1);
  expect((await run("show", "none")).code).toBe(1);
}, 120_000);
