import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { createProber } from "../../src/probe/prober.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { runTool } from "../support/run-tool.ts";
import { ffmpeg, recordingRunner } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });
afterAll(() => runner.close());

const reordered = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"];
const mpeg2 = ["-c:v", "mpeg2video", "-bf", "2"];
const films: readonly (readonly [string, readonly string[]])[] = [
  ["nut", [...reordered, "-c:a", "pcm_s16le"]],
  ["asf", [...reordered, "-c:a", "mp2"]],
  ["asf", ["-c:v", "mpeg4", "-bf", "2", "-c:a", "mp2"]],
  ["asf", ["-c:v", "wmv2", "-c:a", "wmav2"]],
  ["wtv", [...mpeg2, "-c:a", "mp2"]],
  ["mkv", [...reordered, "-c:a", "aac"]],
  ["flv", [...reordered, "-c:a", "aac"]],
  ["mov", [...reordered, "-c:a", "aac"]],
  ["ts", [...reordered, "-c:a", "aac"]],
  ["mpg", [...mpeg2, "-c:a", "mp2"]],
];
const starts = [0, 37];
const seconds = 2;
const cases = films.flatMap(([extension, codecs]) =>
  starts.map((start) => [extension, codecs[1] ?? "", start, codecs] as const),
);

test.each(cases)(
  "%s with %s from %d s is as long as it is, and begins with its first picture",
  async (extension, _, start, codecs) => {
    await using folder = await createTempFolder("from-zero");
    const path = folder.file(`film.${extension}`);
    const pictures = ["-f", "lavfi", "-i", `testsrc2=s=64x48:r=25:d=${seconds}`];
    const sound = ["-f", "lavfi", "-i", `sine=r=48000:d=${seconds}`];
    await ffmpeg(...pictures, ...sound, ...codecs, "-output_ts_offset", String(start), path);

    const source = await prober.probe(path);

    expect(source.truncated).toBeNull();
    // Sound may begin some frames earlier, and last a frame longer.
    expect(Math.abs(source.durationSeconds - seconds)).toBeLessThan(0.09);
    const first = await firstPictureSeconds(path);
    expect(Math.abs((source.video?.startTimeSeconds ?? Number.NaN) - first)).toBeLessThan(0.0015);
  },
);

/** As FFmpeg decodes it. */
async function firstPictureSeconds(path: string): Promise<number> {
  const exact = ["-fps_mode", "passthrough", "-enc_time_base", "-1"];
  const output = [...exact, "-map", "0:v", "-frames:v", "1", "-f", "framehash", "-"];
  const command = ["ffmpeg", "-nostdin", "-v", "error", "-copyts", "-i", path, ...output];
  const list = new TextDecoder().decode((await runTool(command)).stdout);
  const [, num, den] = /^#tb 0: (\d+)\/(\d+)$/m.exec(list) ?? [];
  const ticks = list.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  return (Number(ticks?.split(",")[2]) * Number(num)) / Number(den);
}
