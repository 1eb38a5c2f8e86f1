import { softwareProviders } from "../support/software-providers.ts";
import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { startEncodingSpeeds } from "../../src/app/encoding-speeds.ts";
import type { ProcessRequest, ProcessRunner } from "../../src/process/process-runner.ts";
import { quietLog } from "../db/open-test-database.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const samples = 1280 * 720 * 36;

/** FFmpeg that takes its time, and is ended like the real one. */
function slowRunner(msOf: (encoder: string) => number | null) {
  const asked: string[] = [];
  const runner: Pick<ProcessRunner, "run"> = {
    run: async ({ args, signal }: ProcessRequest) => {
      const encoder = args[args.indexOf("-c:v") + 1] ?? "";
      asked.push(encoder);
      const ms = msOf(encoder);
      const isEnded = await Promise.race([
        Bun.sleep(ms ?? 0).then(() => false),
        new Promise<boolean>((resolve) => signal?.addEventListener("abort", () => resolve(true))),
      ]);
      return {
        ok: ms !== null && !isEnded,
        ...{ exitCode: ms === null ? 1 : 0, signal: null, notStarted: false, timedOut: false },
        ...{ cancelled: isEnded, overflowed: false, memoryLimitBytes: null, stdout: "" },
        ...{ stderrTail: "", durationMs: ms ?? 0, cpuSeconds: 0, commandLine: "ffmpeg" },
      };
    },
  };
  return { asked, runner };
}

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !done(); await Bun.sleep(10)) {
    if (Date.now() > deadline) throw new Error("waited in vain");
  }
}

test("speeds are measured once while nothing is encoded, kept for this machine's programs, less a margin", async () => {
  await using folder = await createTempFolder("speeds");
  const path = folder.file("speeds.json");
  let isBusy = true;
  const { asked, runner } = slowRunner((encoder) => (encoder === "libx265" ? null : 60));
  const start = (toolVersions: string, used: Pick<ProcessRunner, "run">) =>
    startEncodingSpeeds({
      tools: { runner: used, ffmpegPath: "ffmpeg" },
      ...{ providers: softwareProviders, codecs: null, usualQuality: "medium", toolVersions, path },
      ...{ log: quietLog(), isBusy: () => isBusy, delayMs: 0 },
    });
  const first = await start("5.1", runner);
  await Bun.sleep(300);
  expect(asked).toEqual([]);
  expect(first.speed("av1", "sdr", "high")).toBe(0);
  expect(first.speed("h264", "sdr", "high")).toBe(Infinity);
  isBusy = false;
  await until(() => first.speed("vp9", "sdr", "low") > 0);
  expect(first.speed("hevc", "hdr", "medium")).toBe(0);
  const speed = first.speed("av1", "hdr", "medium");
  expect(speed).toBeLessThanOrEqual(samples / 0.06 / 1.5);
  expect(speed).toBeGreaterThan(samples / 0.06 / 1.5 / 4);
  await Bun.sleep(50);
  await first.close();
  const kept: unknown = JSON.parse(await readFile(path, "utf8"));
  expect(kept).toMatchObject({ samplesPerSecond: { "ffmpeg_software 1 hevc sdr high": 0 } });

  const again = slowRunner(() => 1);
  const second = await start("5.1", again.runner);
  expect(second.speed("av1", "hdr", "medium")).toBe(speed);
  await Bun.sleep(100);
  expect(again.asked).toEqual([]);
  await second.close();

  const other = await start("6.0", again.runner);
  expect(other.speed("av1", "hdr", "medium")).toBe(0);
  await until(() => again.asked.length > 0);
  await other.close();
});

test("a film that somebody starts meanwhile has the machine to itself", async () => {
  await using folder = await createTempFolder("speeds");
  let isBusy = false;
  const { asked, runner } = slowRunner(() => 1500);
  const speeds = await startEncodingSpeeds({
    tools: { runner, ffmpegPath: "ffmpeg" },
    ...{ providers: softwareProviders, codecs: null, usualQuality: "medium", toolVersions: "" },
    ...{ path: folder.file("speeds.json"), log: quietLog(), isBusy: () => isBusy, delayMs: 0 },
  });
  await until(() => asked.length === 1);
  isBusy = true;
  await Bun.sleep(2000);
  expect(asked).toHaveLength(1);
  expect(speeds.speed("hevc", "sdr", "high")).toBe(0);
  isBusy = false;
  await until(() => asked.length === 2);
  expect(asked[1]).toBe(asked[0] ?? "");
  await speeds.close();
});
