import { softwareProviders } from "./software-providers.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { createLogger } from "../../src/log/logger.ts";
import { encodedPlan, type PlanOptions } from "../../src/rendition/build-plan.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import { videoTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import { createPackager } from "../../src/packager/packager.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { burnTools } from "./burn-tools.ts";
import { makeSegments } from "./made-segments.ts";
import { wholeFilm } from "./raw-frames.ts";
import { createTempFolder } from "./temp-folder.ts";

const options: PlanOptions = {
  segmentSeconds: 1,
  quality: "medium",
  adaptive: false,
  maxHeight: null,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  providers: [provider],
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
    encoderFor: softwareProviders.encoderFor,
    ...burnTools(runner, folder.path),
  };

  const play: PictureBench["play"] = async (path, wanted = [1], change = {}) => {
    const source = await prober.probe(path);
    const plan = encodedPlan({ ...source, audio: [] }, { ...options, ...change });
    const rendition = plan.renditions.find(({ kind }) => kind === "video");
    if (rendition?.kind !== "video") throw new Error("expected pictures");
    const work = `${path}.work`;
    await mkdir(work, { recursive: true });
    const last = videoTimeline(plan.boundaries, rendition.recipe).boundaries.length - 1;
    const starts = wanted === "each" ? Array.from({ length: last }, (_, i) => i + 1) : wanted;
    const asked = { path, source, plan, rendition, last, starts, folder: work };
    return { plan, rendition, ...(await makeSegments(encoding, packager, asked)) };
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
  return await wholeFilm(["-i", path], rendition.recipe);
}
