import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { startPlayerBrowser, type PlayerBrowser } from "../support/browser.ts";
import type { PlayerName } from "../support/player-page/page.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { launchChromium } from "../support/chromium.ts";
import { openPage } from "../web/page-browser.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const seconds = 20;
/** Across cuts at 0.5, 1, 2, 3, 4, 6, 8, 12 and 16 s, within them, and one at the very end. */
const cues = [
  { from: 1.5, to: 2.75, words: "eins" },
  { from: 5, to: 9.5, words: "zwei & 3 < 4" },
  { from: 13, to: 14, words: "vier" },
  { from: 19, to: 20, words: "fünf" },
];
const spoken = (language: string): string => (language === "de" ? "" : "Ω ");

let folder: TempFolder;
let server: ServerUnderTest;
let browser: PlayerBrowser;
const films = ["black.mkv", "black.mp4"];
const leftovers = [
  ["subtitles", "abc.2.mks"],
  ["artwork", "abc.jpg"],
] as const;

beforeAll(async () => {
  folder = await createTempFolder("subtitles");
  const library = folder.file("films");
  await mkdir(library);
  for (const language of ["de", "el"]) {
    const text = cues.map(
      ({ from, to, words }, i) =>
        `${i + 1}\n${clock(from)} --> ${clock(to)}\n${spoken(language)}<i>${words}</i>\n`,
    );
    await Bun.write(folder.file(`${language}.srt`), text.join("\n"));
  }
  const black = `color=black:size=640x360:rate=25:duration=${seconds}`;
  for (const film of films) {
    await runTool([
      "ffmpeg",
      ...["-v", "error", "-f", "lavfi", "-i", black, "-i", folder.file("de.srt")],
      ...["-i", folder.file("el.srt"), "-map", "0", "-map", "1", "-map", "2"],
      ...["-metadata:s:s:0", "language=ger", "-metadata:s:s:1", "language=gre"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "100"],
      ...["-c:s", film.endsWith("mp4") ? "mov_text" : "srt", `${library}/${film}`],
    ]);
  }
  // Russian as it was written before Unicode, beside one of the films.
  const russian = "1\n00:00:05,000 --> 00:00:09,500\nПривет, мир\n";
  await Bun.write(`${library}/black.ru.srt`, cyrillic(russian));
  const killed = Bun.spawn(["true"]);
  await killed.exited;
  for (const [into, name] of leftovers) {
    const end = `${killed.pid}.${crypto.randomUUID()}.tmp`;
    await Bun.write(folder.file(`data/cache/${into}/${name}.${end}`), "left");
  }
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
  browser = await startPlayerBrowser();
}, 60_000);

test("what a killed server was writing is gone", async () => {
  for (const [into] of leftovers) {
    const names = await readdir(folder.file(`data/cache/${into}`));
    expect(names.filter((name) => name.startsWith("abc"))).toEqual([]);
  }
});

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Text in windows-1251. */
function cyrillic(text: string): Uint8Array {
  const letters = new TextDecoder("windows-1251").decode(
    Uint8Array.from({ length: 256 }, (_, i) => i),
  );
  return Uint8Array.from(text, (letter) => letters.indexOf(letter));
}

const clock = (at: number): string =>
  `00:00:${String(Math.floor(at)).padStart(2, "0")},${String(Math.round((at % 1) * 1000)).padStart(3, "0")}`;

const pairs: [PlayerName, "dash" | "hls", string, "transcode" | "remux"][] = [
  ["dash.js", "dash", "black.mkv", "transcode"],
  ["hls.js", "hls", "black.mp4", "remux"],
  ["shaka-player", "hls", "black.mkv", "remux"],
  ["shaka-player", "dash", "black.mp4", "transcode"],
];

test.each(pairs)(
  "%s over %s shows the words of %s (%s) at their time and at no other",
  async (player, container, film, delivery) => {
    const files = await server.api.awaitFiles(films);
    const playback = await server.api.start(files.get(film)?.id ?? "", { container, delivery });
    expect(playback.decision).toBe(delivery);
    const frame = 1 / 25;
    // From the end to the beginning: each is a seek to where nothing was loaded.
    const moments = cues
      .toReversed()
      .flatMap(({ from, to }) => [
        { seconds: from - 2 * frame, isShown: false },
        { seconds: from + frame, isShown: true },
        { seconds: Math.min(to, seconds - frame) - 2 * frame, isShown: true },
        ...(to < seconds ? [{ seconds: to + 2 * frame, isShown: false }] : []),
      ]);
    const report = await browser.showText({
      ...{ player, language: "el", moments },
      manifestUrl: server.api.url(playback.manifest_url),
    });
    await server.api.end(playback.session_id);
    expect(report.problems).toEqual([]);
    expect(report.languages.toSorted()).toEqual(["de", "el", "ru"]);
    for (const [i, { seconds: at, isShown }] of moments.entries()) {
      const shown = report.moments[i];
      const cue = cues.find(({ from, to }) => at >= from && at < to);
      const expected = isShown && cue !== undefined ? [cue.words] : [];
      expect({ at, words: shown?.words.map(plainWords) }).toEqual({
        at,
        words: expected.map((words) => `Ω ${words}`),
      });
      // Of a black film nothing is bright but the words.
      const bright = await brightPixels(shown?.png ?? new Uint8Array());
      expect({ at, isBright: bright > 60 }).toEqual({ at, isBright: isShown });
    }
  },
  90_000,
);

test("what lies beside a film is one of its texts, in both manifests and by itself, for as long as it lies there", async () => {
  const files = await server.api.awaitFiles(films);
  const id = files.get("black.mkv")?.id ?? "";
  const details: { subtitles: { index: number; language: string; is_beside: boolean }[] } = await (
    await fetch(server.api.url(`/api/media/files/${id}`))
  ).json();
  const own = details.subtitles.find(({ is_beside }) => is_beside);
  expect(own?.language).toBe("ru");
  const text = async (path: string): Promise<string> => (await fetch(server.api.url(path))).text();
  const expected = "00:00:05.000 --> 00:00:09.500\nПривет, мир\n";
  expect(await text(`/api/media/files/${id}/subtitles/${own?.index}.vtt`)).toContain(expected);
  const playback = await server.api.start(id, { container: "hls", delivery: "transcode" });
  const content = playback.manifest_url.replace("master.m3u8", "");
  expect(await text(playback.manifest_url)).toContain('LANGUAGE="ru"');
  expect(await text(`${content}w3/1.vtt`)).toContain(expected);

  // Written anew, it is another text, and the content another one.
  const path = folder.file("films/black.ru.srt");
  await Bun.write(path, cyrillic("1\n00:00:01,000 --> 00:00:02,000\nПока\n"));
  await Bun.sleep(1100);
  const again = await server.api.start(id, { container: "hls", delivery: "transcode" });
  expect(again.content_hash).not.toBe(playback.content_hash);
  const other = again.manifest_url.replace("master.m3u8", "");
  expect(await text(`${other}w3/1.vtt`)).toContain("Пока");
  // What was stored stays what it is; what was not cannot be made of other bytes.
  expect(await text(`${content}w3/1.vtt`)).toContain(expected);
  const gone = await fetch(server.api.url(`${content}t3/3.vtt`));
  expect(gone.status).toBe(404);
  for (const session of [playback, again]) await server.api.end(session.session_id);
}, 60_000);

test.each(["dash", "hls", "auto"] as const)(
  "the page offers the texts over %s, shows the one that is chosen at its time, and takes it away",
  async (setting) => {
    const files = await server.api.awaitFiles(films);
    const id = files.get("black.mp4")?.id ?? "";
    const chromium = await launchChromium();
    try {
      await using tab = await openPage(chromium, `${server.url}/`);
      const { page } = tab;
      await page.evaluate((kind) => localStorage.setItem("viewra-delivery", kind), setting);
      await page.goto(`${server.url}/#/watch/${id}`);
      // A player that is about to play plays on: then it is held again.
      const put = async (at: number): Promise<void> => {
        for (let isThere = false; !isThere;) {
          await page.evaluate((to) => {
            const video = document.querySelector("video");
            video?.pause();
            if (video) video.currentTime = to;
          }, at);
          await page.waitForTimeout(300);
          isThere = await page.evaluate((to) => {
            const video = document.querySelector("video");
            return video?.paused === true && !video.seeking && video.currentTime === to;
          }, at);
        }
      };
      await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
      await page.getByTestId("subtitles").selectOption({ label: "Greek" });
      const words = page.getByText(`Ω ${cues[1]?.words}`);
      await put(4.8);
      await page.waitForTimeout(500);
      const at = await page.evaluate(() => document.querySelector("video")?.currentTime);
      expect({ at, count: await words.count() }).toEqual({ at: 4.8, count: 0 });
      await put(5.1);
      await words.first().waitFor({ state: "visible" });
      // The words stand on the picture, in its lower half.
      const [box, frame] = [
        await words.first().boundingBox(),
        await page.getByTestId("player").boundingBox(),
      ];
      const middle = (frame?.y ?? 0) + (frame?.height ?? 0) / 2;
      expect(box?.y ?? 0).toBeGreaterThan(middle);
      expect(box?.y ?? 0).toBeLessThan((frame?.y ?? 0) + (frame?.height ?? 0));
      await page.getByTestId("subtitles").selectOption({ label: "Off" });
      await words.first().waitFor({ state: "hidden" });
      await page.getByTestId("subtitles").selectOption({ label: "Greek" });
      await words.first().waitFor({ state: "visible" });
      await put(10);
      await words.first().waitFor({ state: "hidden" });
      expect(tab.complaints).toEqual([]);
    } finally {
      await chromium.close();
    }
  },
  60_000,
);

/** A cue's text as it is read: without tags and references. */
function plainWords(text: string): string {
  return text
    .replaceAll(/<\/?i>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

async function brightPixels(png: Uint8Array): Promise<number> {
  const path = folder.file(`${crypto.randomUUID()}.png`);
  await Bun.write(path, png);
  const { stdout } = await runTool([
    "ffmpeg",
    ...["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
  ]);
  return stdout.filter((value) => value > 160).length;
}
