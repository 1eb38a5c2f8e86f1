import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Source } from "../../src/media/source.ts";
import { createProber } from "../../src/probe/prober.ts";
import { addDolbyVision } from "../support/dolby-vision.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });

beforeAll(async () => {
  folder = await createTempFolder("stream-limits");
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const picture = ["-f", "lavfi", "-i", "testsrc2=s=128x128:r=25:d=0.4"];
const sound = ["-f", "lavfi", "-i", "sine=r=48000:d=0.4"];

async function made(name: string, ...args: string[]): Promise<Source> {
  await ffmpeg(...picture, ...sound, ...args, folder.file(name));
  return prober.probe(folder.file(name));
}

const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"];
const h264 = ["-c:v", "libx264", "-preset", "ultrafast"];

/** Levels as the encoders were asked for them, on the scale of each codec's standard. */
test.each([
  ["h264-41.mp4", [...h264, "-level", "4.1"], { level: 41, codecTag: "avc1" }],
  ["h264-52.mkv", [...h264, "-level", "5.2"], { level: 52, codecTag: null }],
  ["h264.ts", [...h264, "-level", "3.1"], { level: 31, codecTag: null }],
  ["hevc.mp4", [...hevc, "-tag:v", "hvc1"], { profile: "Main", codecTag: "hvc1" }],
  ["hev1.mp4", [...hevc, "-tag:v", "hev1"], { profile: "Main", codecTag: "hev1" }],
  [
    "hevc-51.mkv",
    [...hevc.slice(0, -1), "log-level=error:level-idc=5.1", "-pix_fmt", "yuv420p10le"],
    { level: 153, profile: "Main 10" },
  ],
  [
    "av1.mp4",
    ["-c:v", "libaom-av1", "-cpu-used", "8", "-frames:v", "2"],
    { level: 0, codecTag: "av01" },
  ],
  ["vp9.webm", ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus"], { level: null }],
  ["mpeg2.ts", ["-c:v", "mpeg2video"], { profile: "Main", codecTag: null }],
])("%s says its level and sample entry", async (name, args, expected) => {
  expect((await made(name, ...args)).video).toMatchObject({ ...expected, dolbyVision: null });
});

test.each([
  ["flac-24.mkv", ["-c:a", "flac", "-sample_fmt", "s32"], 24],
  ["flac-16.mkv", ["-c:a", "flac", "-sample_fmt", "s16"], 16],
  ["pcm-24.mov", ["-c:a", "pcm_s24le"], 24],
  ["pcm-16.mov", ["-c:a", "pcm_s16le"], 16],
  ["aac.mp4", ["-c:a", "aac"], null],
  ["ac3.mp4", ["-c:a", "ac3"], null],
  ["eac3.ts", ["-c:a", "eac3"], null],
])("the sound of %s has the depth it was made with", async (name, args, bitDepth) => {
  const { audio } = await made(name, ...h264, ...args);
  expect(audio.map((track) => track.bitDepth)).toEqual([bitDepth]);
});

test("Dolby Vision is told with profile, level and what its base layer is, in MP4 and Matroska", async () => {
  await made("plain.mp4", ...hevc, "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1");
  for (const [profile, level, compatibilityId] of [
    [5, 6, 0],
    [7, 9, 6],
    [8, 1, 1],
    [8, 6, 4],
  ] as const) {
    const record = { profile, level, compatibilityId };
    const path = folder.file(`dv-${profile}-${compatibilityId}.mp4`);
    await Bun.write(path, Bun.file(folder.file("plain.mp4")));
    await addDolbyVision(path, record);
    const inMp4 = await prober.probe(path);
    expect(inMp4.video).toMatchObject({ codec: "hevc", dolbyVision: record });
    expect(inMp4.audio).toHaveLength(1);
    const matroska = path.replace(".mp4", ".mkv");
    await ffmpeg("-i", path, "-c", "copy", "-strict", "unofficial", matroska);
    expect((await prober.probe(matroska)).video).toMatchObject({ dolbyVision: record });
  }
});
