import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { startRun } from "../../src/rendition/encode/run.ts";
import type { FinishedFile } from "../../src/rendition/segment-run.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import { encodeSynthetic } from "../../src/rendition/encode/synthetic.ts";
import { createLogger } from "../../src/log/logger.ts";
import { encodedPlan, type PlanOptions } from "../../src/rendition/build-plan.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import { videoTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import { createPackager } from "../../src/packager/packager.ts";
import { judgeSegment } from "../../src/pipeline/judge-segment.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { runTool } from "./run-tool.ts";
import { burnTools } from "./burn-tools.ts";
import { createTempFolder } from "./temp-folder.ts";

const options: PlanOptions = {
  segmentSeconds: 1,
  quality: "medium",
  adaptive: false,
  maxHeight: null,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  provider,
};
const packagerPath = join(
  import.meta.dir,
  "../../node_modules/shaka-packager/bin/packager-linux-x64",
);

/** What a film's pictures have become: all segments of its best rung, judged and decoded. */
export interface PlayedPictures {
  readonly plan: EncodedPlan;
  readonly rendition: EncodedVideo;
  /** Why a segment is not what the plan says; none when all are. */
  readonly faults: readonly string[];
  /** Init segment and segments in one, as a player would have them. */
  readonly path: string;
}

export interface PictureBench extends AsyncDisposable {
  file(name: string): string;
  /** Makes every segment as the server does, in runs that begin at the given segments, or one for each. */
  play(
    path: string,
    starts?: readonly number[] | "each",
    change?: Partial<PlanOptions>,
  ): Promise<PlayedPictures>;
}

/** The whole way of pictures with the real programs: probe, plan, describe, encode, package, judge. */
export async function createPictureBench(): Promise<PictureBench> {
  const folder = await createTempFolder("pictures");
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const runner = createProcessRunner({ log, setprivPath: null });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  const packager = createPackager({
    ...{ processes: runner, command: packagerPath, scratchDir: folder.path, timeoutMs: 60_000 },
  });
  const encoding = {
    ...{ runner, ffmpegPath: "ffmpeg", stallSeconds: 60, segmentTimeoutSeconds: 60 },
    providers: [provider],
    ...burnTools(runner, folder.path),
  };

  const play: PictureBench["play"] = async (path, wanted = [1], change = {}) => {
    const source = await prober.probe(path);
    const plan = encodedPlan({ ...source, audio: [] }, { ...options, ...change });
    const rendition = plan.renditions.find(({ kind }) => kind === "video");
    if (rendition?.kind !== "video") throw new Error("expected pictures");
    const work = `${path}.work`;
    await mkdir(work, { recursive: true });
    const synthetic = join(work, "synthetic.mp4");
    await encodeSynthetic(encoding, rendition.recipe, synthetic);
    const described = await packager.describe([{ rendition, path: synthetic }]);
    const init = described.inits[rendition.id] ?? new Uint8Array();
    const timeline = videoTimeline(plan.boundaries, rendition.recipe);
    const last = timeline.boundaries.length - 1;
    const starts = wanted === "each" ? Array.from({ length: last }, (_, i) => i + 1) : wanted;
    const files: FinishedFile[] = [];
    const faults: string[] = [];
    for (const [i, from] of starts.entries()) {
      const run = startRun(
        encoding,
        {
          ...{ frame: plan, renditions: [rendition], outDir: work, attempt: 0 },
          ...{ from, to: (starts[i + 1] ?? last + 1) - 1, holdForEver: false },
          source: { path, ...sourceTraits(source) },
        },
        (file) => files.push(file),
      );
      const { failure } = await run.ended;
      if (failure) faults.push(failure.message);
    }
    const numbers = files.map(({ n }) => n).join();
    const expected = Array.from({ length: last }, (_, i) => i + 1).join();
    if (numbers !== expected) faults.push(`expected segments ${expected}, got ${numbers}`);
    const inputs = files.map((file) => ({ kind: "video" as const, path: file.path, n: file.n }));
    const packaged = inputs.length === 0 ? [] : await packager.packageSegments(inputs);
    for (const [i, segment] of packaged.entries()) {
      try {
        judgeSegment(segment, init, plan, rendition, inputs[i]?.n ?? 0);
      } catch (thrown) {
        faults.push(String(thrown));
      }
    }
    const played = join(work, "played.mp4");
    await Bun.write(played, Buffer.concat([init, ...packaged.map(({ segment }) => segment)]));
    return { plan, rendition, faults, path: played };
  };

  return {
    file: folder.file,
    play,
    [Symbol.asyncDispose]: async () => {
      await runner.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Every picture as a player decodes it, 8-bit planes Y, Cb, Cr with 4:2:0, nothing converted. */
export async function decodePictures({ path, rendition }: PlayedPictures): Promise<Uint8Array[]> {
  const { width, height } = rendition.recipe;
  const out = ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"];
  const { stdout } = await runTool(["ffmpeg", "-nostdin", "-v", "error", "-i", path, ...out]);
  const size = (width * height * 3) / 2;
  return Array.from({ length: stdout.length / size }, (_, i) =>
    stdout.subarray(i * size, (i + 1) * size),
  );
}
