import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import type { StartedPlayback } from "../support/api-client.ts";
import {
  createFakeCard,
  type CardMaker,
  type CardMode,
  type FakeCard,
} from "../support/fake-card.ts";
import { decodeTruth, judgeStream, type Truth } from "../support/judge-stream.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

// The built server beside cards that fail as drivers do; no card was ever near this test.
let folder: TempFolder;
let truth: Truth;

beforeAll(async () => {
  folder = await createTempFolder("failing");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), { durationSeconds: 9 });
  truth = await decodeTruth(folder.file("films/film.mp4"));
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

const cards: readonly { readonly maker: CardMaker; readonly provider: string }[] = [
  { maker: "nvidia", provider: "ffmpeg_nvidia" },
  { maker: "intel", provider: "ffmpeg_qsv" },
  { maker: "amd", provider: "ffmpeg_vaapi" },
];
/** Settings that make another content each, so that no case meets what another one made. */
const qualities = ["low", "medium", "high"] as const;

/** A server whose card was proven, and a film started on it; what was left of it when it ended. */
async function play(
  maker: CardMaker,
  provider: string,
  body: (server: ServerUnderTest, card: FakeCard, fileId: string) => Promise<void>,
): Promise<void> {
  const name = `${maker}-${crypto.randomUUID().slice(0, 8)}`;
  const card = await createFakeCard(folder.file(name), [maker]);
  if (card === null) return;
  const dataDir = folder.file(`${name}-data`);
  await using server = await startServer({
    ...{ dataDir, library: [folder.file("films")], wrapper: card.wrapper },
    env: { FFMPEG_PATH: card.ffmpegPath, TRANSCODE_FILL: "none", PIPELINE_ENCODER_TIMEOUT: "4" },
  });
  const proven = new RegExp(`a device decodes .*provider=${provider} `);
  for (const end = Date.now() + 60_000; !proven.test(server.log()); await Bun.sleep(50)) {
    if (Date.now() > end) throw new Error(`no ${provider}:\n${server.log().slice(-3000)}`);
  }
  const fileId = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
  await body(server, card, fileId);
  expect(await server.stop()).toBe(0);
  expect(await server.leftRunning()).toEqual([]);
  // Working files of runs that failed.
  const left = await readdir(`${dataDir}/cache`, { recursive: true }).catch(() => []);
  expect(left.filter((path) => /run-|trial-|clips/.test(path))).toEqual([]);
}

const wholly = { container: "hls", delivery: "transcode" } as const;

async function playsWhole(
  server: ServerUnderTest,
  { content_url }: StartedPlayback,
): Promise<void> {
  const faults = await judgeStream(server.api.url(`${content_url}master.m3u8`), truth, {
    ...{ rate: 25, constantRate: true, videoTracks: 1 },
  });
  expect(faults).toEqual([]);
}

/** Where a viewer is led whose next segments, behind what was made ahead, do not come. */
async function replacement(
  server: ServerUnderTest,
  { content_url, session_id }: StartedPlayback,
): Promise<{ readonly manifest_url: string; readonly reason: string }> {
  for (const n of [5, 6, 7]) {
    const asked = await fetch(server.api.url(`${content_url}v240/${n}.m4s`));
    await asked.arrayBuffer();
    if (!asked.ok) break;
  }
  for (const end = Date.now() + 60_000; Date.now() < end; await Bun.sleep(50)) {
    const replaced = (await server.api.session(session_id)).replaced_by;
    if (replaced) return replaced;
  }
  throw new Error(`nothing took its place:\n${server.log().slice(-3000)}`);
}

describe.each(cards)("a card of $maker", ({ maker, provider }) => {
  test("decodes, scales and encodes a film, each segment the plan's, and only the end comes to memory", async () => {
    await play(maker, provider, async (server, card, fileId) => {
      const before = (await card.used()).length;
      const started = await server.api.start(fileId, { ...wholly, quality: "low" });
      expect(started.provider).toBe(provider);
      await playsWhole(server, started);
      const used = (await card.used()).slice(before);
      expect([...new Set(used)].toSorted()).toEqual(["decoded", "device", "memory"]);
      expect((await server.api.session(started.session_id)).replaced_by ?? null).toBeNull();
    });
  }, 120_000);

  test.each<CardMode>(["undecoded", "undone", "forgetful"])(
    "whose decoding fails in mid-film (%s) goes on with what the processor decodes, and no viewer of the film pays for it twice",
    async (mode) => {
      await play(maker, provider, async (server, card, fileId) => {
        await card.become(mode);
        const places: string[][] = [];
        for (const quality of qualities.slice(0, 2)) {
          const before = (await card.used()).length;
          const started = await server.api.start(fileId, { ...wholly, quality });
          expect(started.provider).toBe(provider);
          await playsWhole(server, started);
          expect((await server.api.session(started.session_id)).replaced_by ?? null).toBeNull();
          places.push((await card.used()).slice(before));
        }
        const [first = [], second = []] = places;
        expect(first.some((place) => place === "memory")).toBe(true);
        if (mode !== "undecoded")
          expect(first.filter((place) => place === "device").length).toBe(1);
        expect(new Set(second)).toEqual(new Set(["memory"]));
      });
    },
    120_000,
  );

  const failures: readonly CardMode[] =
    maker === "nvidia"
      ? ["full", "gone", "oom", "hangs", "dies=30", "level", "header"]
      : ["oom", "dies=30"];
  test.each(failures)(
    "that fails in mid-film (%s) is gone on without from where the viewer is, and the next start knows it",
    async (mode) => {
      await play(maker, provider, async (server, card, fileId) => {
        const started = await server.api.start(fileId, { ...wholly, quality: "low" });
        expect(started.provider).toBe(provider);
        await server.api.object(started, "v240/1.m4s");
        await card.become(mode);
        const began = performance.now();
        // A card that writes what it was not told is described by what it writes; Intel's is tried by VA-API as well.
        const isByCard = mode === "level" || mode === "header";
        const others =
          maker === "intel" ? ["ffmpeg_vaapi", "ffmpeg_software"] : ["ffmpeg_software"];
        let current = started;
        for (const next of isByCard ? [provider] : others) {
          const replaced = await replacement(server, current);
          expect(replaced.reason).toContain(isByCard ? "planned anew" : "another encoder goes on");
          current = await server.api.start(fileId, { ...wholly, quality: "low" });
          expect(current.manifest_url).toBe(replaced.manifest_url);
          expect(current.provider).toBe(next);
        }
        await server.api.object(current, "v240/5.m4s");
        process.stderr.write(
          `${provider} ${mode}: stood still for ${Math.round(performance.now() - began)} ms\n`,
        );
        await playsWhole(server, current);
      });
    },
    180_000,
  );
});

test("cards of all makers are found out in seconds, while who starts a film is served by the processor", async () => {
  const card = await createFakeCard(folder.file("all"), ["nvidia", "intel", "amd"]);
  if (card === null) return;
  await using server = await startServer({
    ...{ dataDir: folder.file("all-data"), library: [folder.file("films")], wrapper: card.wrapper },
    env: { FFMPEG_PATH: card.ffmpegPath, TRANSCODE_FILL: "none" },
  });
  const began = performance.now();
  const fileId = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
  const first = await server.api.start(fileId, { ...wholly, quality: "low" });
  await server.api.object(first, "v240/1.m4s");
  // NVIDIA's; Intel's by Quick Sync, and by VA-API in two ways; AMD's.
  const decoding = (): number => server.log().match(/a device decodes /g)?.length ?? 0;
  while (decoding() < 5 && performance.now() - began < 60_000) await Bun.sleep(50);
  expect(decoding()).toBe(5);
  process.stderr.write(
    `five devices of four providers were tried in ${Math.round(performance.now() - began)} ms\n`,
  );
  const later = await server.api.start(fileId, { ...wholly, quality: "medium" });
  expect(later.provider).toBe("ffmpeg_nvidia");
  const body: unknown = await (await fetch(server.api.url("/api/v1/plugins/ffmpeg_qsv"))).json();
  expect(body).toMatchObject({
    devices: [{ decodes: ["h264 8", "hevc 8", "hevc 10", "vp9 8", "vp9 10", "av1 8", "av1 10"] }],
  });
}, 120_000);
