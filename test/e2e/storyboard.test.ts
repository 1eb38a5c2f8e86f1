import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { startPlayerBrowser, type PlayerBrowser } from "../support/browser.ts";
import { launchChromium } from "../support/chromium.ts";
import { frameCodeFilter, readFrameCode } from "../support/frame-code.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { openPage } from "../web/page-browser.ts";

const seconds = 130;
const rate = 10;
/** A key frame every two and a half seconds: tiles, one a second, show the last one before. */
const keyFrames = 25;
const tile = { width: 320, height: 180 };

let folder: TempFolder;
let server: ServerUnderTest;
let browser: PlayerBrowser;

beforeAll(async () => {
  folder = await createTempFolder("storyboard");
  await mkdir(folder.file("films"));
  const size = "640x360";
  const card = `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`;
  const code = frameCodeFilter(640, 360, String(rate));
  await runTool([
    ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i"],
    `${card}[c];${code}[n];[c][n]overlay=shortest=1,format=yuv420p`,
    ...["-f", "lavfi", "-i", `sine=duration=${seconds}`, "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-g", String(keyFrames), "-x264-params", "scenecut=0", "-c:a", "aac"],
    folder.file("films/film.mkv"),
  ]);
  server = await startServer({ dataDir: folder.file("data"), library: [folder.file("films")] });
  browser = await startPlayerBrowser();
}, 60_000);

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const fileId = async (): Promise<string> =>
  (await server.api.awaitFiles(["film.mkv"])).get("film.mkv")?.id ?? "";

/** The picture number on a part of a sheet, as its address leads to it. */
async function numberAt(url: string, x: number, y: number): Promise<number | null> {
  const response = await fetch(url);
  expect(response.headers.get("content-type")).toBe("image/jpeg");
  const path = folder.file(`${crypto.randomUUID()}.jpg`);
  await Bun.write(path, await response.bytes());
  const { stdout } = await runTool([
    ...["ffmpeg", "-v", "error", "-i", path, "-vf", `crop=${tile.width}:${tile.height}:${x}:${y}`],
    ...["-f", "rawvideo", "-pix_fmt", "gray", "-"],
  ]);
  return readFrameCode(stdout, tile.width, tile.height);
}

const moments = [0, 2.4, 33.3, 99.9, 100, 129.9];
const lastKeyFrame = (moment: number): number =>
  Math.floor((Math.floor(moment) * rate) / keyFrames) * keyFrames;

test.each([
  ["dash.js", "dash", "transcode"],
  ["shaka-player", "dash", "remux"],
  ["shaka-player", "hls", "transcode"],
] as const)(
  "%s finds the right small picture for every moment in %s (%s)",
  async (player, container, delivery) => {
    const playback = await server.api.start(await fileId(), { container, delivery });
    const manifestUrl = server.api.url(playback.manifest_url);
    const found = await browser.thumbnails(player, manifestUrl, moments);
    for (const [i, moment] of moments.entries()) {
      const place = Math.floor(moment) % 100;
      const thumbnail = found[i];
      const { url = "" } = thumbnail ?? {};
      expect({ moment, ...thumbnail }).toEqual({
        ...{ moment, ...tile, x: (place % 10) * 320, y: Math.floor(place / 10) * 180 },
        url: new URL(`s1/${moment < 100 ? 1 : 2}.jpg`, manifestUrl).href,
      });
      const number = await numberAt(url, thumbnail?.x ?? 0, thumbnail?.y ?? 0);
      expect({ moment, number }).toEqual({ moment, number: lastKeyFrame(moment) });
    }
    await server.api.end(playback.session_id);
  },
  60_000,
);

test("no sheet is made before somebody asks for one, and the film is complete without", async () => {
  const options = { container: "dash", delivery: "transcode", quality: "240p" } as const;
  const playback = await server.api.start(await fileId(), options);
  const content = server.api.url(playback.manifest_url.replace("manifest.mpd", ""));
  const info = async (): Promise<{ id: string; segments_ready: number }[]> => {
    const answer = await fetch(server.api.url(`/api/v1/content/${playback.content_hash}/info`));
    return (await answer.json()).renditions;
  };
  const ready = async (): Promise<number | undefined> =>
    (await info()).find(({ id }) => id === "s1")?.segments_ready;
  for (const n of [1, 2, 3]) expect((await fetch(`${content}v240/${n}.m4s`)).status).toBe(200);
  await Bun.sleep(1500);
  expect(await ready()).toBe(0);
  const [text, sheet] = [
    await fetch(`${content}storyboard.vtt`),
    await fetch(`${content}s1/2.jpg`),
  ];
  expect([text.headers.get("content-type"), sheet.status]).toEqual(["text/vtt", 200]);
  expect(await ready()).toBe(1);
  expect((await fetch(`${content}s1/3.jpg`)).status).toBe(404);
  await server.api.end(playback.session_id);
}, 60_000);

test.each(["dash", "hls"] as const)(
  "the page's time bar shows what is at the moment that is pointed at, over %s",
  async (setting) => {
    const chromium = await launchChromium();
    try {
      await using tab = await openPage(chromium, `${server.url}/`);
      const { page } = tab;
      await page.evaluate((kind) => localStorage.setItem("viewra-delivery", kind), setting);
      await page.goto(`${server.url}/#/watch/${await fileId()}`);
      await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
      await page.evaluate(() => document.querySelector("video")?.pause());
      await page.getByTestId("player").hover();
      const bar = await page.locator(".vds-time-slider").first().boundingBox();
      if (bar === null) throw new Error("there is no time bar");
      await page.mouse.move(bar.x + bar.width * 0.5, bar.y + bar.height / 2);
      const preview = page.locator(".vds-time-slider .vds-thumbnail");
      await preview.waitFor({ state: "visible" });
      await page.waitForFunction(() => {
        const image = document.querySelector<HTMLImageElement>(".vds-thumbnail img");
        return image !== null && image.complete && image.naturalWidth > 0;
      });
      await page.waitForTimeout(300);
      const shot = process.env["STORYBOARD_SHOT"];
      if (shot) await page.screenshot({ path: `${shot}-${setting}.png` });
      const picture = folder.file(`${setting}.png`);
      await preview.screenshot({ path: picture });
      const { stdout } = await runTool([
        ...["ffmpeg", "-v", "error", "-i", picture, "-vf", "scale=320:180"],
        ...["-f", "rawvideo", "-pix_fmt", "gray", "-"],
      ]);
      const number = readFrameCode(stdout, 320, 180);
      // The middle of the film, by a pixel or two.
      const middle = [63, 64, 65, 66].map(lastKeyFrame);
      expect(middle).toContain(number ?? -1);
      expect(tab.complaints).toEqual([]);
    } finally {
      await chromium.close();
    }
  },
  60_000,
);
