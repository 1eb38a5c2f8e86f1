import { afterAll, beforeAll, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { startPlayerBrowser, type PlayerBrowser } from "./browser.ts";
import { makeSource } from "./make-source.ts";
import { packageStatic } from "./package-static.ts";
import { playbackFaults } from "./playback-faults.ts";
import { serveFolder, type StaticServer } from "./static-server.ts";
import { createTempFolder, type TempFolder } from "./temp-folder.ts";

let folder: TempFolder;
let server: StaticServer;
let browser: PlayerBrowser;

beforeAll(async () => {
  folder = await createTempFolder("browser");
  server = serveFolder(folder.path);
  const film = folder.file("film.mp4");
  await makeSource(film, { durationSeconds: 10, width: 640, height: 360 });
  await packageStatic(film, folder.file("film"), {
    rate: "25",
    rungs: [
      { id: "v240", width: 426, height: 240 },
      { id: "v360", width: 640, height: 360 },
    ],
    framesPerSegment: 50,
    segmentSeconds: 2,
  });
  browser = await startPlayerBrowser();
}, 60_000);

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test("hls.js plays a good film without a fault", async () => {
  const report = await browser.play("hls.js", `${server.url}/film/master.m3u8`);
  expect(playbackFaults(report, 10)).toEqual([]);
}, 60_000);

test("a film with a hole is found to have one", async () => {
  await rm(folder.file("film/v240/3.m4s"));
  const outcome = await browser
    .play("shaka-player", `${server.url}/film/manifest.mpd`, 4000)
    .then((report) => playbackFaults(report, 10), String);
  expect(outcome).not.toEqual([]);
}, 60_000);
