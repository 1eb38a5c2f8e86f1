import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import type { StartedPlayback } from "../support/api-client.ts";
import { createFakeCard, type FakeCard } from "../support/fake-card.ts";
import { decodeTruth, judgeStream, type Truth } from "../support/judge-stream.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

// The built server on a machine with a card of NVIDIA's, as far as it can see: no card was ever near this test.
let folder: TempFolder;
let card: FakeCard | null;
let truth: Truth;
/** By the card. */
let made: StartedPlayback | null = null;

beforeAll(async () => {
  folder = await createTempFolder("card");
  card = await createFakeCard(folder.file("card"));
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), { durationSeconds: 9 });
  truth = await decodeTruth(folder.file("films/film.mp4"));
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

const launch = ({ ffmpegPath, wrapper }: FakeCard): Promise<ServerUnderTest> =>
  startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    env: { FFMPEG_PATH: ffmpegPath, TRANSCODE_FILL: "none" },
    wrapper,
  });

async function said(server: ServerUnderTest, pattern: RegExp): Promise<string> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await Bun.sleep(50)) {
    const line = server
      .log()
      .split("\n")
      .find((text) => pattern.test(text));
    if (line !== undefined) return line;
  }
  throw new Error(`never said ${pattern}:\n${server.log().slice(-3000)}`);
}
const proven = /a device encodes .*provider=ffmpeg_nvidia .*codec=h264/;

async function idOf(server: ServerUnderTest): Promise<string> {
  return (await server.api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
}
const wholly = { container: "hls", delivery: "transcode" } as const;

async function playsWhole(server: ServerUnderTest, contentUrl: string): Promise<void> {
  for (const manifest of ["master.m3u8", "manifest.mpd"]) {
    const faults = await judgeStream(server.api.url(contentUrl + manifest), truth, {
      ...{ rate: 25, constantRate: true, videoTracks: 1 },
    });
    expect(faults, manifest).toEqual([]);
  }
}

test("who starts a film before the card has proven anything is served by the processor", async () => {
  if (card === null) return;
  await card.become("slow");
  await using server = await launch(card);
  const started = await server.api.start(await idOf(server), wholly);
  expect(started.provider).toBe("ffmpeg_software");
  await server.api.object(started, "v240/1.m4s");
  expect(server.log()).not.toMatch(proven);
}, 60_000);

test("a card that encodes is used, for what it was proven to write, and each segment is the plan's", async () => {
  if (card === null) return;
  await card.become("works");
  await using server = await launch(card);
  await said(server, proven);
  expect(await said(server, /a device decodes/)).toContain("h264 8, hevc 8, hevc 10, vp9 8");
  const before = (await card.used()).length;
  const started = await server.api.start(await idOf(server), wholly);
  expect(started.provider).toBe("ffmpeg_nvidia");
  await playsWhole(server, started.content_url);
  const used = (await card.used()).slice(before);
  // The film is decoded, scaled and encoded on the card, and only its end, which may have to be held, comes to memory.
  expect(new Set(used.filter((place) => place !== "memory"))).toEqual(
    new Set(["device", "decoded"]),
  );
  made = started;
}, 90_000);

test("a card that is disabled is not used, after a restart neither, until it is enabled", async () => {
  if (card === null) return;
  const on = async (server: ServerUnderTest, action: string): Promise<unknown> => {
    const url = server.api.url(`/api/v1/plugins/ffmpeg_nvidia${action}`);
    return (await fetch(url, { method: action === "" ? "GET" : "POST" })).json();
  };
  {
    await using server = await launch(card);
    await said(server, proven);
    expect(await on(server, "")).toMatchObject({ status: "used" });
    expect(await on(server, "/disable")).toMatchObject({ status: "disabled" });
    const started = await server.api.start(await idOf(server), wholly);
    expect(started.provider).toBe("ffmpeg_software");
  }
  await using server = await launch(card);
  await said(server, proven);
  const again = await server.api.start(await idOf(server), wholly);
  expect(again.provider).toBe("ffmpeg_software");
  expect(await on(server, "/enable")).toMatchObject({ status: "used" });
  expect((await server.api.start(await idOf(server), wholly)).provider).toBe("ffmpeg_nvidia");
}, 60_000);

test("a card with no session left is passed over when a film is planned", async () => {
  if (card === null) return;
  await card.become("works");
  await using server = await launch(card);
  await said(server, proven);
  await card.become("full");
  const started = await server.api.start(await idOf(server), { ...wholly, quality: "high" });
  expect(started.provider).toBe("ffmpeg_software");
  await playsWhole(server, started.content_url);
}, 90_000);

test("a card that dies in mid-film is gone on without, at the same position, and later starts know it", async () => {
  if (card === null) return;
  await card.become("works");
  await using server = await launch(card);
  await said(server, proven);
  const id = await idOf(server);
  // It still describes what it encodes no more.
  await card.become("dies=30");
  const started = await server.api.start(id, { ...wholly, quality: "low" });
  expect(started.provider).toBe("ffmpeg_nvidia");
  await fetch(server.api.url(`${started.content_url}v240/4.m4s`));
  const began = performance.now();
  let replaced = (await server.api.session(started.session_id)).replaced_by;
  while (!replaced && performance.now() - began < 20_000) {
    await Bun.sleep(50);
    replaced = (await server.api.session(started.session_id)).replaced_by;
  }
  expect(replaced?.reason).toContain("another encoder goes on");
  const again = await server.api.start(id, { ...wholly, quality: "low" });
  expect(again.provider).toBe("ffmpeg_software");
  expect(again.manifest_url).toBe(replaced?.manifest_url ?? "");
  await playsWhole(server, again.content_url);
  // What the card made before is as good as ever.
  if (made === null) return;
  expect((await server.api.object(made, "v240/4.m4s")).byteLength).toBeGreaterThan(1000);
}, 90_000);
