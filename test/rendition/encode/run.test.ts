import { softwareProviders } from "../../support/software-providers.ts";
import { afterEach, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import { startRun } from "../../../src/rendition/encode/run.ts";
import type { ActiveRun, FinishedFile } from "../../../src/rendition/segment-run.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { encodedPlan } from "../../../src/rendition/build-plan.ts";
import { createProcessRunner, type ProcessRunner } from "../../../src/process/process-runner.ts";
import { burnTools } from "../../support/burn-tools.ts";
import { exampleSource } from "../../media/example-source.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const plan = encodedPlan(exampleSource(), {
  segmentSeconds: 4,
  quality: "low",
  adaptive: false,
  maxHeight: 240,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  providers: [provider],
});
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** A run of a program that behaves as the script says. */
async function runOf(script: string, segmentTimeoutSeconds = 60) {
  const folder = await mkdtemp(join(tmpdir(), "viewra-run-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const ffmpegPath = join(folder, "ffmpeg");
  await writeFile(ffmpegPath, `#!/bin/sh\n${script}\n`);
  await chmod(ffmpegPath, 0o755);
  const runner: ProcessRunner = createProcessRunner({ log, setprivPath: null });
  cleanups.push(() => runner.close());
  const files: FinishedFile[] = [];
  const run: ActiveRun = startRun(
    {
      ...{
        runner,
        ffmpegPath,
        encoderFor: softwareProviders.encoderFor,
        stallSeconds: 1,
        segmentTimeoutSeconds,
      },
      ...burnTools(runner, folder),
    },
    {
      ...{ frame: plan, renditions: plan.renditions, outDir: folder },
      ...{ from: 1, to: 3, holdForEver: false, attempt: 0 },
      source: {
        ...{ path: "/x.mkv", container: "matroska,webm" },
        ...{
          reorderFrames: 2,
          firstPictureSeconds: 0,
          textTracks: [],
          subRipTracks: [],
          sideTexts: [],
        },
      },
    },
    (file) => files.push(file),
  );
  return { run, files, folder };
}

describe("a run", () => {
  test("tells of each file as it is finished", async () => {
    const { run, files, folder } = await runOf(
      "echo frame=1; echo v240.1.mp4,0,4; echo a1.1.mp4,0,4",
    );
    expect((await run.ended).failure).toBeNull();
    expect(files).toEqual([
      { rendition: "v240", n: 1, path: `${folder}/v240.1.mp4` },
      { rendition: "a1", n: 1, path: `${folder}/a1.1.mp4` },
    ]);
  });

  test("that hangs is ended, even when it goes on saying the same thing and ignores SIGTERM", async () => {
    const { run } = await runOf("trap '' TERM; while :; do echo frame=7; sleep 0.1; done");
    expect((await run.ended).failure?.code).toBe("PROCESS_TIMEOUT");
  });

  test("that works slowly is left to work", async () => {
    const { run } = await runOf("for i in 1 2 3 4 5 6; do echo frame=$i; sleep 0.4; done");
    expect((await run.ended).failure).toBeNull();
  });

  test("that takes longer over one segment than it may is ended", async () => {
    const { run } = await runOf("i=0; while :; do i=$((i+1)); echo frame=$i; sleep 0.1; done", 1);
    expect((await run.ended).failure?.code).toBe("PROCESS_TIMEOUT");
  });

  test("does not hang while it is suspended", async () => {
    const { run } = await runOf("sleep 0.3; echo frame=1; sleep 0.1");
    run.suspend();
    await Bun.sleep(2_000);
    run.resume();
    expect((await run.ended).failure).toBeNull();
  });
});
