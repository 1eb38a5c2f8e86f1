import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import type { ListedFile } from "../support/api-client.ts";
import { startPlayerBrowser, type PlayerBrowser } from "../support/browser.ts";
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
  folder = await createTempFolder("players");
  const library = folder.file("films");
  await mkdir(library);
  const film = { durationSeconds: seconds, width: 640, height: 360 };
  await makeSource(`${library}/one.mp4`, { ...film, rate: "24000/1001" });
  const tracks = [{ language: "eng" }, { language: "ger" }];
  await makeSource(`${library}/two.mkv`, { ...film, rate: "30", sound: tracks });
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
  films = await server.api.awaitFiles(["one.mp4", "two.mkv"]);
  browser = await startPlayerBrowser();
}, 60_000);

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

// The first two meet films of which nothing is encoded yet, the others what those left behind and more.
const pairs: [PlayerName, "dash" | "hls", string][] = [
  ["dash.js", "dash", "one.mp4"],
  ["hls.js", "hls", "two.mkv"],
  ["shaka-player", "hls", "one.mp4"],
  ["shaka-player", "dash", "two.mkv"],
];

test.each(pairs)(
  "%s over %s plays %s, switches rungs, seeks to three places and reaches the end without an error or a gap",
  async (player, container, name) => {
    const playback = await server.api.start(films.get(name)?.id ?? "", { container });
    const report = await browser.play(player, server.api.url(playback.manifest_url));
    await server.api.end(playback.session_id);
    expect(playbackFaults(report, seconds)).toEqual([]);
    expect(report.rungHeights).toEqual([240, 360]);
    expect(report.audioBytes).toBeGreaterThan(0);
  },
  60_000,
);
