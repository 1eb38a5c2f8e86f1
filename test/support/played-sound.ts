import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createPackager } from "../../src/packager/packager.ts";
import { judgeSegment } from "../../src/pipeline/judge-segment.ts";
import type { ProcessRunner } from "../../src/process/process-runner.ts";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { encodedTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import { startRun } from "../../src/rendition/encode/run.ts";
import { encodeSynthetic } from "../../src/rendition/encode/synthetic.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import type { FinishedFile } from "../../src/rendition/segment-run.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { burnTools } from "./burn-tools.ts";
import type { SoundFilm } from "./sound-run.ts";

const packagerPath = join(
  import.meta.dir,
  "../../node_modules/shaka-packager/bin/packager-linux-x64",
);

export interface PlayedSound {
  /** Init segment and segments in one, as a player would have them. */
  readonly path: string;
  /** Why a segment is not what the plan says; none when all are. */
  readonly faults: readonly string[];
}

/** The whole way of a plan's first sound with the real programs: describe, encode from the given segments on, package, judge. */
export async function playSound(
  runner: ProcessRunner,
  { path, plan, source }: SoundFilm,
  starts: readonly number[],
  folder: string,
): Promise<PlayedSound> {
  const rendition = plan.renditions.find(({ kind }) => kind === "audio");
  if (rendition?.kind !== "audio") throw new Error("expected sound");
  await mkdir(folder, { recursive: true });
  const tools = {
    ...{ runner, ffmpegPath: "ffmpeg", providers: [provider] },
    ...{ stallSeconds: 20, segmentTimeoutSeconds: 60, ...burnTools(runner, folder) },
  };
  const packager = createPackager({
    ...{ processes: runner, command: packagerPath, scratchDir: folder, timeoutMs: 60_000 },
  });
  const synthetic = join(folder, "synthetic.mp4");
  await encodeSynthetic(tools, rendition.recipe, synthetic);
  const described = await packager.describe([{ rendition, path: synthetic }]);
  const init = described.inits[rendition.id] ?? new Uint8Array();
  const last = segmentCount(encodedTimeline(plan, rendition));
  const files: FinishedFile[] = [];
  const faults: string[] = [];
  for (const [i, from] of starts.entries()) {
    const run = startRun(
      tools,
      {
        ...{ frame: plan, renditions: [rendition], outDir: folder, attempt: 0 },
        ...{ from, to: (starts[i + 1] ?? last + 1) - 1, holdForEver: false },
        source: { path, ...sourceTraits(source) },
      },
      (file) => files.push(file),
    );
    const { failure } = await run.ended;
    if (failure) faults.push(`${failure.message}: ${run.commandLine}`);
  }
  const inputs = files.map((file) => ({ kind: "audio" as const, path: file.path, n: file.n }));
  const packaged = inputs.length === 0 ? [] : await packager.packageSegments(inputs);
  for (const [i, segment] of packaged.entries()) {
    try {
      judgeSegment(segment, init, plan, rendition, inputs[i]?.n ?? 0);
    } catch (thrown) {
      faults.push(String(thrown));
    }
  }
  if (files.length !== last) faults.push(`${files.length} of ${last} segments`);
  const played = join(folder, "played.mp4");
  await Bun.write(played, Buffer.concat([init, ...packaged.map(({ segment }) => segment)]));
  return { path: played, faults };
}
