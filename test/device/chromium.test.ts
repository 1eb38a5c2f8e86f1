import { expect, test } from "bun:test";
import { knownDevice } from "../../src/device/known-device.ts";
import { launchChromium } from "../support/chromium.ts";

/** The most that the row says of a codec, and what it leaves to the client, as Chromium is asked about them. */
const types: readonly (readonly [codec: string, type: string])[] = [
  ["h264", 'video/mp4; codecs="avc1.640034"'],
  ["vp9", 'video/mp4; codecs="vp09.02.61.10"'],
  ["av1", 'video/mp4; codecs="av01.0.15M.10"'],
  ["hevc", 'video/mp4; codecs="hvc1.1.6.L93.B0"'],
  ["aac", 'audio/mp4; codecs="mp4a.40.2"'],
  ["aac", 'audio/mp4; codecs="mp4a.40.5"'],
  ["aac", 'audio/mp4; codecs="mp4a.40.29"'],
  ["opus", 'audio/mp4; codecs="opus"'],
  ["flac", 'audio/mp4; codecs="flac"'],
  ["mp3", 'audio/mp4; codecs="mp4a.6B"'],
  ["ac3", 'audio/mp4; codecs="ac-3"'],
  ["eac3", 'audio/mp4; codecs="ec-3"'],
  ["dts", 'audio/mp4; codecs="dtsc"'],
];

test("what the table says of Chrome is what Chromium says of itself, in files and in segments", async () => {
  const browser = await launchChromium();
  try {
    const page = await (await browser.newContext()).newPage();
    const row = knownDevice(await page.evaluate(() => navigator.userAgent));
    expect(row?.id).toBe("chrome");
    const said = await page.evaluate(
      (list) =>
        list.map((type) => ({
          file: document.createElement("video").canPlayType(type) !== "",
          stream: MediaSource.isTypeSupported(type),
        })),
      types.map(([, type]) => type),
    );
    const told = types.map(([codec]) => {
      const limits = [
        ...(row?.device.video.get(codec) ?? []),
        ...(row?.device.audio.get(codec) ?? []),
      ];
      const inPlace = (place: string): boolean =>
        limits.some(({ carriage }) => carriage === "any" || carriage === place);
      return { file: inPlace("file"), stream: inPlace("stream") };
    });
    const named = (answers: typeof said): unknown[] =>
      answers.map((answer, i) => [types[i], answer]);
    expect(named(told)).toEqual(named(said));
  } finally {
    await browser.close();
  }
}, 60_000);
