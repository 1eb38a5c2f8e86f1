import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import * as v from "valibot";
import type { ListedFile } from "../support/api-client.ts";
import { startPlayerBrowser, type PlayerBrowser } from "../support/browser.ts";
import { decodePictures } from "../support/compare-video.ts";
import { makeSource } from "../support/make-source.ts";
import { playbackFaults } from "../support/playback-faults.ts";
import type { PlayerName } from "../support/player-page/page.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const seconds = 11;
let folder: TempFolder;
let server: ServerUnderTest;
let browser: PlayerBrowser;
let films: ReadonlyMap<string, ListedFile>;

beforeAll(async () => {
  folder = await createTempFolder("copied");
  const library = folder.file("films");
  await mkdir(library);
  const film = { durationSeconds: seconds, width: 640, height: 360 };
  await makeSource(`${library}/one.mp4`, { ...film, rate: "24000/1001" });
  const sound = [
    { language: "eng", encoder: "aac" },
    { language: "ger", encoder: "aac" },
  ];
  await makeSource(`${library}/two.mkv`, { ...film, rate: "30", sound });
  await makeSource(`${library}/flac.mkv`, { ...film, rate: "25" });
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
  films = await server.api.awaitFiles(["one.mp4", "two.mkv", "flac.mkv"]);
  browser = await startPlayerBrowser();
}, 60_000);

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const decisionSchema = v.object({
  decision: v.string(),
  content_hash: v.string(),
  start_rendition: v.nullable(v.string()),
  tracks: v.array(
    v.object({ kind: v.string(), action: v.string(), renditions: v.array(v.string()) }),
  ),
});

async function decide(name: string, wishes: object) {
  const response = await fetch(server.api.url("/api/playback/decide"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ media_file_id: films.get(name)?.id, ...wishes }),
  });
  return v.parse(decisionSchema, await response.json());
}

test("a device that plays a film's codecs is given its packets, with lower rungs beside them", async () => {
  const decided = await decide("one.mp4", {});
  expect(decided).toMatchObject({
    decision: "remux",
    tracks: [
      { kind: "video", action: "copy", renditions: ["v240", "v0"] },
      { kind: "audio", action: "copy", renditions: ["a1"] },
    ],
  });
  const started = await server.api.start(films.get("one.mp4")?.id ?? "", { delivery: "auto" });
  expect(started.content_hash).toBe(decided.content_hash);
  await server.api.end(started.session_id);
});

test("each track goes its own way: pictures as they are, and beside them sound that the device cannot play", async () => {
  expect(await decide("flac.mkv", {})).toMatchObject({
    decision: "transcode",
    tracks: [
      { kind: "video", action: "copy" },
      { kind: "audio", action: "encode", renditions: ["a1"] },
    ],
  });
});

describe.each(["one.mp4", "two.mkv", "flac.mkv"])("%s", (name) => {
  test.each(["manifest.mpd", "master.m3u8"])(
    "shows every picture once over %s, as it is and in the rung below",
    async (manifest) => {
      const playback = await server.api.start(films.get(name)?.id ?? "", { delivery: "auto" });
      const url = server.api.url(`${playback.content_url}${manifest}`);
      const shown = (await decodePictures(folder.file(`films/${name}`))).numbers;
      const tracks = await Promise.all([0, 1].map((i) => decodePictures(url, `0:v:${i}`)));
      for (const { numbers, warnings } of tracks) {
        expect(warnings).toBe("");
        expect(numbers).toEqual(shown);
      }
      await server.api.end(playback.session_id);
    },
    60_000,
  );
});

const pairs: [PlayerName, "dash" | "hls", string][] = [
  ["dash.js", "dash", "one.mp4"],
  ["dash.js", "dash", "two.mkv"],
  ["hls.js", "hls", "two.mkv"],
  ["shaka-player", "hls", "two.mkv"],
];

test.each(pairs)(
  "%s over %s plays %s, switches between the original and the rung below, seeks to three places and reaches the end without an error or a gap",
  async (player, container, name) => {
    const wishes = { container, delivery: "auto" };
    const playback = await server.api.start(films.get(name)?.id ?? "", wishes);
    const report = await browser.play(player, server.api.url(playback.manifest_url));
    await server.api.end(playback.session_id);
    expect(playbackFaults(report, seconds)).toEqual([]);
    expect(report.rungHeights).toEqual([240, 360]);
    expect(report.audioBytes).toBeGreaterThan(0);
  },
  60_000,
);
