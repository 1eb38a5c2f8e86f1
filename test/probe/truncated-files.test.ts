import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { createProber } from "../../src/probe/prober.ts";
import { truncatedCopy } from "../fixtures/hostile-media.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner, x264 } from "./probe-fixture.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
const { runner, started } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });
const places = 20;

beforeAll(async () => {
  folder = await createTempFolder("truncated");
  const picture = "testsrc2=s=160x90:r=25:d=12";
  const sound = ["-f", "lavfi", "-i", "sine=r=48000:d=12", "-c:a", "aac"];
  await ffmpeg("-f", "lavfi", "-i", picture, ...sound, ...x264, folder.file("plain.mp4"));
  const copies = [
    ...["-c", "copy", "-movflags", "+faststart", folder.file("faststart.mp4")],
    ...["-c", "copy", folder.file("film.mkv")],
    ...["-c", "copy", folder.file("film.ts")],
  ];
  await ffmpeg("-i", folder.file("plain.mp4"), ...copies);
});

afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

const packetsSchema = v.object({
  packets: v.array(
    v.object({
      pts_time: v.pipe(v.string(), v.transform(Number)),
      pos: v.pipe(v.string(), v.transform(Number)),
      size: v.pipe(v.string(), v.transform(Number)),
    }),
  ),
});

/** For every picture of a whole file: when it ends, and how many bytes of the file it needs. */
async function pictures(path: string): Promise<{ end: number; bytes: number }[]> {
  const show = ["-show_entries", "packet=pts_time,pos,size", "-of", "json", path];
  const { stdout } = await runTool(["ffprobe", "-v", "error", "-select_streams", "v", ...show]);
  const { packets } = v.parse(packetsSchema, JSON.parse(new TextDecoder().decode(stdout)));
  return packets.map(({ pts_time, pos, size }) => ({ end: pts_time + 0.04, bytes: pos + size }));
}

/** Probes a copy cut to so many twenty-firsts; resolves with the last moment of the picture, or the error's code. */
async function probeCut(name: string, place: number) {
  const whole = folder.file(name);
  const bytes = Math.floor((Bun.file(whole).size * place) / (places + 1));
  const copy = await truncatedCopy(whole, bytes, folder.file(`${place} ${name}`));
  const source = await prober.probe(copy);
  return { bytes, source };
}

test.each(["faststart.mp4", "film.mkv", "film.ts"])(
  "%s cut at any of 20 places lasts until its good data ends",
  async (name) => {
    const whole = await prober.probe(folder.file(name));
    const all = await pictures(folder.file(name));
    for (let place = 1; place <= places; place++) {
      const { bytes, source } = await probeCut(name, place);
      const goodEnd = Math.max(0, ...all.filter((one) => one.bytes <= bytes).map((one) => one.end));
      // Reordering and the packet the cut goes through: a few pictures of 40 ms.
      const end = source.startTimeSeconds + source.durationSeconds;
      expect([place, Math.abs(end - goodEnd) < 0.25]).toEqual([place, true]);
      if (source.truncated) expect([place, end < goodEnd + 0.02]).toEqual([place, true]);
      const missing = whole.durationSeconds - source.durationSeconds;
      // A transport stream has no header to tell that more was meant to come.
      const expected = name !== "film.ts" && missing > 1.1;
      expect([place, source.truncated !== null]).toEqual([place, expected]);
      expect([place, source.durationSeconds > 0]).toEqual([place, true]);
    }
  },
);

test("a truncated film tells how long its header says it is", async () => {
  for (const name of ["faststart.mp4", "film.mkv"]) {
    const { source } = await probeCut(name, 10);
    expect(source.truncated?.declaredDurationSeconds).toBeCloseTo(12, 1);
    expect(source.audio[0]?.endTimeSeconds).toBeLessThan(source.durationSeconds + 1);
  }
});

test("an MP4 whose index was at its end is unreadable once cut, at any of 20 places", async () => {
  for (let place = 1; place <= places; place++) {
    const probing = probeCut("plain.mp4", place);
    const said = await probing.then(() => "a source", String);
    expect([place, said]).toEqual([place, expect.stringContaining("moov")]);
    await expect(probing).rejects.toMatchObject({ code: "MEDIA_UNREADABLE" });
  }
});

test("the end of a cut MP4 is found with a handful of short looks", async () => {
  started.length = 0;
  await probeCut("faststart.mp4", 10);
  expect(started.length).toBeLessThanOrEqual(5);
});

test("an MP4 cut right after its index has no picture left, and says so", async () => {
  const whole = folder.file("faststart.mp4");
  const [first] = await pictures(whole);
  const cut = await truncatedCopy(whole, (first?.bytes ?? 0) - 5000, folder.file("index only.mp4"));
  await expect(prober.probe(cut)).rejects.toMatchObject({ code: "MEDIA_UNREADABLE" });
});

test.each([60, 100, 375])("Matroska cut off after %d bytes is called cut off", async (bytes) => {
  const copy = await truncatedCopy(folder.file("film.mkv"), bytes, folder.file(`${bytes}.mkv`));
  await expect(prober.probe(copy)).rejects.toMatchObject({
    code: "MEDIA_UNREADABLE",
    message: "The file is cut off or damaged: copy it again",
  });
});

test("an MP4 of which the index was cut off, as it stands first, is called cut off", async () => {
  for (const bytes of [300, 380, 500, 900]) {
    const cut = await truncatedCopy(
      folder.file("faststart.mp4"),
      bytes,
      folder.file(`${bytes}.mp4`),
    );
    await expect(prober.probe(cut)).rejects.toMatchObject({
      message: expect.stringMatching(/cut off|beginning is damaged/),
    });
  }
});
