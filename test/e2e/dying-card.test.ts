import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { awaitCard, watchDeath } from "../../scripts/bench/dying-card/watch-death.ts";
import { launchChromium } from "../support/chromium.ts";
import { createFakeCard, type FakeCard } from "../support/fake-card.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
let card: FakeCard | null;

beforeAll(async () => {
  folder = await createTempFolder("dying-card");
  card = await createFakeCard(folder.file("card"));
  await mkdir(folder.file("films"));
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error"],
    ...["-f", "lavfi", "-i", "testsrc2=s=426x240:r=25:d=150"],
    // No browser plays it: every picture has to be encoded.
    ...["-c:v", "mpeg2video", folder.file("films/film.mkv")],
  ]);
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

// The pauses that bench:dying-card measures; here it must go on at all, within a minute, where it was to.
test("the page goes on in dash.js and hls.js at the place sought when the card dies in that moment", async () => {
  if (card === null) return;
  await using server = await startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    env: { FFMPEG_PATH: card.ffmpegPath, TRANSCODE_FILL: "none" },
    wrapper: card.wrapper,
  });
  const mediaFileId = (await server.api.awaitFiles(["film.mkv"])).get("film.mkv")?.id ?? "";
  await awaitCard(server.url);
  const browser = await launchChromium();
  try {
    const viewers = [
      { delivery: "dash", seekTo: 95 },
      { delivery: "hls", seekTo: 120 },
    ] as const;
    const scene = { browser, server, card, mediaFileId, viewers };
    const seen = await watchDeath({ ...scene, reaction: "seeks", dies: true });
    expect(seen.map(({ delivery }) => delivery)).toEqual(["dash", "hls"]);
    for (const { offSeconds, delivery } of seen) {
      expect(Math.abs(offSeconds), delivery).toBeLessThan(1.5);
    }
    expect(server.log()).toContain("content replaced");
  } finally {
    await browser.close();
  }
}, 120_000);
