import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { compareSound, decodeSound, soundFaults, type Sound } from "./compare-audio.ts";
import { comparePictures, decodePictures, type Pictures } from "./compare-video.ts";
import { makeSource } from "./make-source.ts";
import { packageStatic, type StaticOptions } from "./package-static.ts";
import { serveFolder, type StaticServer } from "./static-server.ts";
import { createTempFolder, type TempFolder } from "./temp-folder.ts";

setDefaultTimeout(30_000);

const rate = 24000 / 1001;
const seconds = 6;
const rung = { id: "v240", width: 426, height: 240 };
const expected = { rate, sourceStart: 0, constantRate: true };
const whole: StaticOptions = {
  rate: "24000/1001",
  rungs: [rung],
  framesPerSegment: 48,
  segmentSeconds: 2.002,
};

let folder: TempFolder;
let server: StaticServer;
let film: string;
let pictures: Pictures;
let sound: Sound;

beforeAll(async () => {
  folder = await createTempFolder("instruments");
  server = serveFolder(folder.path);
  film = folder.file("film.mp4");
  await makeSource(film, { rate: "24000/1001", durationSeconds: seconds, width: 640, height: 360 });
  [pictures, sound] = await Promise.all([decodePictures(film), decodeSound(film)]);
  await packageStatic(film, folder.file("good"), whole);
}, 30_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe("the picture instrument", () => {
  test("reads every picture number of a film back, in order", () => {
    expect(pictures.numbers).toEqual(pictures.grey.map((_, i) => i));
    expect(pictures.grey.length).toBe(Math.round(seconds * rate));
  });

  test.each(["manifest.mpd", "master.m3u8"])("finds no fault in a good %s", async (name) => {
    const output = await decodePictures(`${server.url}/good/${name}`);
    const report = comparePictures(pictures, output, expected);
    expect(report.faults).toEqual([]);
    expect(report.lowestSsim).toBeGreaterThan(0.9);
    expect(Math.abs(report.shiftSeconds)).toBeLessThan(0.002);
    expect(output.warnings).toBe("");
  });

  test("finds a fault in every picture of a film that is one picture late", async () => {
    const options = { ...whole, videoFilter: "tpad=start=1:start_mode=clone" };
    await packageStatic(film, folder.file("late"), options);
    const output = await decodePictures(`${server.url}/late/manifest.mpd`);
    const report = comparePictures(pictures, output, expected);
    // The first picture is shown twice and thus right the first time.
    const faulty = new Set(report.faults.map(({ index }) => index));
    expect(faulty.size).toBeGreaterThanOrEqual(output.grey.length - 1);
  });

  test("finds the likeness of a neighbour greater when a picture's number lies", () => {
    const swapped = { ...pictures, grey: [...pictures.grey.slice(1), new Uint8Array(192 * 108)] };
    const report = comparePictures(pictures, swapped, expected);
    expect(report.faults.length).toBeGreaterThanOrEqual(pictures.grey.length);
  });

  test("finds one repeated picture", async () => {
    const repeat = "select='1',setpts='if(gt(N,70),PTS+1001/24000/TB,PTS)'";
    await packageStatic(film, folder.file("repeat"), { ...whole, videoFilter: repeat });
    const output = await decodePictures(`${server.url}/repeat/manifest.mpd`);
    const report = comparePictures(pictures, output, expected);
    expect(report.faults[0]?.index).toBe(71);
  });
});

describe("the sound instrument", () => {
  const joins = [2.002, 4.004];

  test("finds a good copy in place to a tenth of a millisecond, its joins as good as the rest", async () => {
    const output = await decodeSound(`${server.url}/good/manifest.mpd`);
    const report = compareSound(sound, output, { sourceStart: 0, joins });
    expect(output.warnings).toBe("");
    expect(output.jumps).toEqual([]);
    expect(report.windows.length).toBeGreaterThan(9);
    expect(soundFaults(report)).toEqual([]);
    for (const { offsetMs } of report.windows) expect(Math.abs(offsetMs ?? 1)).toBeLessThan(0.1);
  });

  test("finds five milliseconds in every window", async () => {
    const options = { ...whole, soundFilter: "adelay=5:all=1" };
    await packageStatic(film, folder.file("delayed"), options);
    const output = await decodeSound(`${server.url}/delayed/manifest.mpd`);
    const report = compareSound(sound, output, { sourceStart: 0 });
    expect(soundFaults(report).length).toBe(report.windows.length);
  });

  const cutAtJoin = Math.round(2.002 * 48_000);
  test.each<[string, (samples: Float32Array) => Float32Array]>([
    ["32 samples missing", (samples) => without(samples, cutAtJoin, 32)],
    ["a click", (samples) => samples.map((value, i) => (i === cutAtJoin ? value + 0.15 : value))],
    ["a hole of 2 ms", (samples) => samples.map((v, i) => (i >> 7 === cutAtJoin >> 7 ? 0 : v))],
  ])("finds %s at a join", (_, damage) => {
    const damaged = { ...sound, channels: sound.channels.map(damage) };
    const report = compareSound(sound, damaged, { sourceStart: 0, joins });
    expect(soundFaults(report).length).toBeGreaterThan(0);
  });
});

function without(samples: Float32Array, from: number, count: number): Float32Array {
  const shorter = new Float32Array(samples.length - count);
  shorter.set(samples.subarray(0, from));
  shorter.set(samples.subarray(from + count), from);
  return shorter;
}
