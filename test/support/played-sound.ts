import { softwareProviders } from "./software-providers.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createPackager } from "../../src/packager/packager.ts";
import type { ProcessRunner } from "../../src/process/process-runner.ts";
import { encodedTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { burnTools } from "./burn-tools.ts";
import { makeSegments } from "./made-segments.ts";
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
    ...{ runner, ffmpegPath: "ffmpeg", encoderFor: softwareProviders.encoderFor },
    ...{ stallSeconds: 20, segmentTimeoutSeconds: 60, ...burnTools(runner, folder) },
  };
  const packager = createPackager({
    ...{ processes: runner, command: packagerPath, scratchDir: folder, timeoutMs: 60_000 },
  });
  const last = segmentCount(encodedTimeline(plan, rendition));
  return await makeSegments(tools, packager, {
    ...{ path, source, plan, rendition, last, starts, folder },
  });
}
