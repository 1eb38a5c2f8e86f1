import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { largestPicture, mostStreams } from "../../src/media/ffmpeg-limits.ts";
import { createLogger } from "../../src/log/logger.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { withHugeIndex } from "../fixtures/huge-index.ts";
import { watchPeakMemory } from "../support/peak-memory.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, x264 } from "./probe-fixture.ts";

setDefaultTimeout(120_000);

const log = createLogger({ level: "error", format: "text", write: () => {} });
const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("claims");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

/** The code and sentence a path is refused with, and the most memory that a child took for it. */
async function refusal(path: string) {
  const peak = watchPeakMemory(runner);
  const prober = createProber({ runner: peak.runner, ffprobePath: "ffprobe" });
  const thrown: unknown = await prober.probe(path).then(
    () => new Error("was taken for a film"),
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Error) || !("code" in thrown)) throw thrown;
  return { code: thrown.code, message: thrown.message, peakBytes: peak.bytes };
}

test.each([25_000_000, 85_000_000, 0x7fffffff])(
  "an index of %d samples in 3 KB is refused, and no child has the memory for it",
  async (samples) => {
    const film = folder.file("film.mp4");
    await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", ...x264, film);
    const huge = withHugeIndex(await Bun.file(film).bytes(), samples);
    expect(huge.byteLength).toBeLessThan(3000);
    const path = folder.file("huge.mp4");
    await writeFile(path, huge);
    const { code, message, peakBytes } = await refusal(path);
    expect(code).toBe("MEDIA_UNREADABLE");
    expect(message).toContain("index");
    expect(peakBytes).toBeLessThan(1.1 * 2 ** 30);
  },
);

test.each(["avi", "mkv", "mp4"])(
  "pictures larger than are decoded are refused by their size alone, in .%s",
  async (container) => {
    const { width, height } = largestPicture;
    const path = folder.file(`large.${container}`);
    const picture = `color=s=${width}x${height + 64}:r=25:d=0.04`;
    await ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "mjpeg", "-threads", "1", path);
    const { code, message, peakBytes } = await refusal(path);
    expect(code).toBe("MEDIA_UNSUPPORTED");
    expect(message).toContain(`${width}×${height}`);
    expect(peakBytes).toBeLessThan(200 * 2 ** 20);
  },
);

test.each(["mkv", "nut"])("more tracks than are played are refused, in .%s", async (container) => {
  const path = folder.file(`many.${container}`);
  const maps = Array.from({ length: mostStreams + 1 }, () => ["-map", "0:a"]).flat();
  await ffmpeg("-f", "lavfi", "-i", "sine=r=8000:d=0.1", ...maps, "-c:a", "pcm_u8", path);
  const { code, message } = await refusal(path);
  expect(code).toBe("MEDIA_UNSUPPORTED");
  expect(message).toContain(String(mostStreams));
});
