import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import { pictureSeek } from "../../src/rendition/encode/seek.ts";
import { sourceTraits, type SeekTraits } from "../../src/rendition/located-source.ts";
import { createLogger } from "../../src/log/logger.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";

const runner = createProcessRunner({
  log: createLogger({ level: "error", format: "text", write: () => {} }),
  setprivPath: null,
});
const prober = createProber({ runner, ffprobePath: "ffprobe" });
const gop = 50;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "viewra-seek-"));
});
afterAll(async () => {
  await runner.close();
  await rm(folder, { recursive: true });
});

/** A film with a key frame every 50 frames and nowhere else. */
async function film(name: string, bframes: number, rate: string): Promise<string> {
  const path = join(folder, name);
  const input = [
    "-f",
    "lavfi",
    "-i",
    `testsrc2=s=160x90:r=${rate}`,
    "-f",
    "lavfi",
    "-i",
    "anoisesrc",
  ];
  const gops = ["-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-bf", String(bframes)];
  const output = [
    "-t",
    "9",
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    ...gops,
    "-c:a",
    "aac",
    path,
  ];
  await $`ffmpeg -v error ${input} ${output}`.quiet();
  return path;
}

/** Where the first picture stands, in frames, that FFmpeg decodes when it is sent to frame `n`. */
async function firstFrame(
  path: string,
  rate: number,
  traits: SeekTraits,
  n: number,
): Promise<number> {
  const target = pictureSeek(n / rate, traits, 0);
  const seek = ["-copyts", "-noaccurate_seek", "-ss", target.toFixed(6)];
  const one = ["-map", "0:v", "-frames:v", "1", "-fps_mode", "passthrough"];
  const print = ["-enc_time_base", "1:90000", "-f", "framecrc", "-"];
  const { stdout } = await $`ffmpeg -v error ${seek} -i ${path} ${one} ${print}`.quiet();
  const pts = /^0,\s*\d+,\s*(\d+)/m.exec(stdout.toString())?.[1];
  return (Number(pts) / 90_000) * rate;
}

describe("reading begins at the last key frame at or before the wanted picture, and not a group earlier", () => {
  for (const extension of ["mp4", "mkv"]) {
    for (const [bframes, rate, text] of [
      [2, 25, "25"],
      [0, 25, "25"],
      [3, 24000 / 1001, "24000/1001"],
    ] as const) {
      test(`${extension}, ${bframes} B-frames, ${text} frames a second`, async () => {
        const path = await film(`${bframes}-${text.replace("/", "_")}.${extension}`, bframes, text);
        const source = await prober.probe(path);
        const start = (source.video?.startTimeSeconds ?? 0) - source.startTimeSeconds;
        const traits = sourceTraits(source);
        for (const n of [gop, gop + 1, gop + 25, 2 * gop - 1, 2 * gop, 3 * gop]) {
          // -ss counts from the file's start; the pictures may begin a little after it.
          const shown = n + start * rate;
          const first = await firstFrame(path, rate, traits, shown);
          const inVideo = Math.round(first - (source.video?.startTimeSeconds ?? 0) * rate);
          expect([n, inVideo]).toEqual([n, Math.floor(n / gop) * gop]);
        }
      });
    }
  }
});
