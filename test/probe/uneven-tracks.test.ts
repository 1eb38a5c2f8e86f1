import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { createProber } from "../../src/probe/prober.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner, x264 } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });
afterAll(() => runner.close());

/** Seconds of pictures, of which the first is a single one, and of sound. */
const lengths = [
  [0.04, 10],
  [0.2, 10],
  [3, 10],
  [10, 0.1],
  [10, 3],
] as const;
const cases = ["mkv", "mp4", "mov", "webm"].flatMap((extension) =>
  lengths.map(([pictures, sound]) => [extension, pictures, sound] as const),
);

test.each(cases)(
  "%s with %d s of pictures and %d s of sound is whole, and as long as the longer",
  async (extension, pictures, sound) => {
    await using folder = await createTempFolder("uneven");
    const path = folder.file(`film.${extension}`);
    const codecs =
      extension === "webm"
        ? ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
        : [...x264, "-c:a", "aac"];
    await ffmpeg(
      ...["-f", "lavfi", "-i", `testsrc2=s=64x48:r=25:d=${pictures}`],
      ...["-f", "lavfi", "-i", `sine=r=48000:d=${sound}`],
      ...[...codecs, path],
    );
    const source = await prober.probe(path);
    expect(source.truncated).toBeNull();
    expect(Math.abs(source.durationSeconds - Math.max(pictures, sound))).toBeLessThan(0.1);
  },
);

test.each([24, 25, 30, 50])(
  "of Matroska at %d a second, copied into MP4 with its late beginning, the last picture is whole",
  async (rate) => {
    await using folder = await createTempFolder("uneven");
    const [film, copy] = [folder.file("film.mkv"), folder.file("copy.mp4")];
    const card = `testsrc2=s=64x48:r=${rate}:d=${Math.round(4.5 * rate) / rate}`;
    const sound = ["-f", "lavfi", "-i", "sine=d=4.4", "-c:a", "aac"];
    await ffmpeg("-f", "lavfi", "-i", card, ...sound, ...x264, "-bf", "0", film);
    await ffmpeg("-i", film, "-c", "copy", copy);
    const [before, after] = [await prober.probe(film), await prober.probe(copy)];
    const missing = (before.video?.endTimeSeconds ?? 0) - (after.video?.endTimeSeconds ?? 0);
    expect(Math.abs(missing)).toBeLessThan(0.002);
  },
);
