import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createProber } from "../../src/probe/prober.ts";
import { decodeTrack } from "../support/decode.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });

beforeAll(async () => {
  folder = await createTempFolder("first-picture");
});

afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

const rate = 25;
const encoders = {
  h264: ["-c:v", "libx264", "-preset", "veryfast"],
  mpeg4: ["-c:v", "mpeg4"],
  mpeg2: ["-c:v", "mpeg2video"],
  mpeg1: ["-c:v", "mpeg1video"],
};
const kinds = [
  ...(["h264", "mpeg4", "mpeg2", "mpeg1"] as const).map((codec) => ["avi", codec] as const),
  ...([
    ["m2v", "mpeg2"],
    ["m1v", "mpeg1"],
    ["mkv", "h264"],
    ["mpg", "mpeg2"],
  ] as const),
];
/** One and two pictures: the decoder lets none go before the film ends. */
const cases = kinds.flatMap(([container, codec]) =>
  [0, 2].flatMap((reordered) =>
    [1, 2, 30].map((frames) => [container, codec, reordered, frames] as const),
  ),
);

test.each(cases)(
  "%s of %s with %d reordered pictures and %d in all begins and ends where FFmpeg shows it",
  async (container, codec, reordered, frames) => {
    const path = folder.file(`${codec}-${reordered}-${frames}.${container}`);
    const cards = ["-f", "lavfi", "-i", `testsrc2=s=64x48:r=${rate}`, "-frames:v", String(frames)];
    await ffmpeg(...cards, ...encoders[codec], "-bf", String(reordered), path);
    const { times } = await decodeTrack(path, "0:v:0", ["-c:v", "rawvideo"]);
    const { video } = await prober.probe(path);
    expect(video?.startTimeSeconds).toBeCloseTo(times[0] ?? Number.NaN, 2);
    expect(video?.endTimeSeconds).toBeCloseTo((times.at(-1) ?? Number.NaN) + 1 / rate, 2);
  },
);

test("sound beside pictures that are held back keeps its place, and the film lasts to its last picture", async () => {
  const path = folder.file("sound.avi");
  const sound = ["-f", "lavfi", "-i", "sine=r=48000:d=2", "-c:a", "pcm_s16le"];
  const cards = ["-f", "lavfi", "-i", `testsrc2=s=64x48:r=${rate}:d=2`];
  await ffmpeg(...cards, ...sound, ...encoders.h264, "-bf", "2", path);
  const source = await prober.probe(path);
  expect(source.startTimeSeconds).toBe(0);
  expect(source.audio[0]?.startTimeSeconds).toBe(0);
  expect(source.video?.startTimeSeconds).toBeCloseTo(0.08, 3);
  expect(source.durationSeconds).toBeCloseTo(2.08, 3);
});
