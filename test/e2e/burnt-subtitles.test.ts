import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { launchChromium } from "../support/chromium.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { pgsSegments, supPacket } from "../subtitle/pictures/write-pgs.ts";
import { openPage } from "../web/page-browser.ts";

/** A black film of which whatever is bright is a subtitle: pictures in it, text in it, text beside it. */
const seconds = 20;
const shown = { from: 5, to: 13.5 };
const typeface = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";
const tracks = { pictures: 1, text: 2 };

let folder: TempFolder;
let server: ServerUnderTest;

beforeAll(async () => {
  folder = await createTempFolder("burnt");
  const library = folder.file("films");
  await mkdir(library);
  const canvas = { width: 640, height: 360 };
  const palette = [[16, 128, 128, 0] as const, [235, 128, 128, 255] as const];
  const box = { x: 200, y: 300, width: 200, height: 30, pixels: new Uint8Array(6000).fill(1) };
  const sets = [
    { canvas, palette, timeMs: 0, objects: [] },
    { canvas, palette, timeMs: shown.from * 1000, objects: [box] },
    { canvas, palette, timeMs: shown.to * 1000, objects: [] },
  ];
  const sup = sets.map((set) => supPacket(pgsSegments(set), set.timeMs));
  await Bun.write(folder.file("a.sup"), Buffer.concat(sup));
  const words = `1\n00:00:05,000 --> 00:00:13,500\nWORDS ON IT\n`;
  await Bun.write(folder.file("b.srt"), words);
  await Bun.write(`${library}/it's, [black].de.srt`, words);
  await runTool([
    "ffmpeg",
    ...["-v", "error", "-f", "lavfi", "-i", `color=black:size=640x360:rate=25:duration=${seconds}`],
    ...["-i", folder.file("a.sup"), "-i", folder.file("b.srt")],
    ...["-map", "0", "-map", "1", "-map", "2", "-metadata:s:s:0", "language=ger"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "100", "-c:s:0", "copy", "-c:s:1", "srt"],
    ...["-attach", typeface, "-metadata:s:t:0", "mimetype=font/ttf"],
    ...["-metadata:s:t:0", "filename=../Ä font.ttf"],
    `file:${library}/it's, [black].mkv`,
  ]);
  server = await startServer({ dataDir: folder.file("data, [1]"), library: [library] });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const film = "it's, [black].mkv";

async function filmId(): Promise<string> {
  return (await server.api.awaitFiles([film])).get(film)?.id ?? "";
}

/** The share of bright samples of each picture of a manifest, as FFmpeg decodes it. */
async function brightness(url: string): Promise<number[]> {
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-i", url, "-map", "0:v:0"],
    ...["-vf", "scale=320:180", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
  ]);
  const size = 320 * 180;
  return Array.from({ length: stdout.length / size }, (_, i) => {
    const bright = stdout.subarray(i * size, (i + 1) * size).filter((value) => value > 120);
    return bright.length / size;
  });
}

const wishes = [
  { name: "pictures", track: tracks.pictures, burn: undefined, container: "dash" },
  { name: "text", track: tracks.text, burn: true, container: "hls" },
  { name: "text beside", track: 1000, burn: true, container: "dash" },
] as const;

test.each([...wishes])(
  "$name become part of the pictures over $container, from a seek into the middle of them on",
  async ({ track, burn, container }) => {
    const started = await server.api.start(await filmId(), {
      ...{ container, subtitle_track: track, seek_position: 11 },
      ...(burn && { burn_subtitles: true }),
    });
    expect(started.decision).toBe("transcode");
    expect(started.reasons.map(({ code }) => code)).toContain("SUBTITLES_BURNT_IN");
    expect(started.tracks.find(({ index }) => index === track)?.action).toBe("burn");
    // The seek has begun with what stands there since long before.
    const pictures = await brightness(server.api.url(started.manifest_url));
    expect(pictures).toHaveLength(25 * seconds);
    const wrong = pictures.flatMap((share, i) => {
      const isDue = i / 25 >= shown.from && i / 25 < shown.to;
      return isDue === share > 0.001 && (isDue || share === 0) ? [] : [`${i}: ${share}`];
    });
    expect(wrong).toEqual([]);
    await server.api.end(started.session_id);
  },
  90_000,
);

test("the fonts that a film brings along can be had as they are, whole and in part", async () => {
  const base = `/api/media/files/${await filmId()}/fonts`;
  const get = (path: string, headers = {}) => fetch(server.api.url(`${base}${path}`), { headers });
  const font = await Bun.file(typeface).bytes();
  expect(await (await get("")).json()).toEqual({
    fonts: [{ index: 0, name: "../Ä font.ttf", size: font.length }],
  });
  const whole = await get("/0");
  expect(whole.status).toBe(200);
  expect(Buffer.from(await whole.bytes()).equals(font)).toBe(true);
  const part = await get("/0", { range: "bytes=100-199" });
  expect(part.status).toBe(206);
  expect(Buffer.from(await part.bytes()).equals(font.subarray(100, 200))).toBe(true);
  expect((await get("/1")).status).toBe(404);
  expect((await get("/x")).status).toBe(400);
});

test("the page offers subtitles of pictures, shows them, goes on where it was, and takes them away", async () => {
  const chromium = await launchChromium();
  try {
    await using tab = await openPage(chromium, `${server.url}/`);
    const { page } = tab;
    await page.goto(`${server.url}/#/watch/${await filmId()}`);
    const put = (at: number) =>
      page.evaluate((to) => {
        const video = document.querySelector("video");
        video?.pause();
        if (video) video.currentTime = to;
      }, at);
    // What was there before is held.
    const goesOnFrom = (at: number) =>
      page.waitForFunction((least) => {
        const video = document.querySelector("video");
        return (
          video !== null && !video.paused && video.currentTime > least && video.readyState >= 3
        );
      }, at);
    const isBright = () =>
      page.waitForFunction(() => {
        const video = document.querySelector("video");
        if (!video || video.seeking || video.readyState < 2) return null;
        const canvas = new OffscreenCanvas(640, 360);
        const context = canvas.getContext("2d");
        context?.drawImage(video, 0, 0, 640, 360);
        const { data } = context?.getImageData(250, 310, 50, 10) ?? { data: [0] };
        return (data[0] ?? 0) > 150 ? "yes" : "no";
      });
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
    await put(8);
    expect(await (await isBright()).jsonValue()).toBe("no");
    await page.waitForTimeout(300);
    await page.getByTestId("subtitles").selectOption({ label: "German (in the picture)" });
    await goesOnFrom(7.5);
    await put(8.5);
    await page.waitForTimeout(500);
    expect(await (await isBright()).jsonValue()).toBe("yes");
    await put(15);
    await page.waitForTimeout(500);
    expect(await (await isBright()).jsonValue()).toBe("no");
    await page.getByTestId("subtitles").selectOption({ label: "Off" });
    await goesOnFrom(14);
    await put(8);
    await page.waitForTimeout(500);
    expect(await (await isBright()).jsonValue()).toBe("no");
    expect(tab.complaints).toEqual([]);
  } finally {
    await chromium.close();
  }
}, 90_000);
