import { join } from "node:path";
import { videoEncoderArgs } from "../../src/rendition/encode/encoder-args.ts";
import { shapeFilters } from "../../src/rendition/encode/video-filters.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import type { EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import { frameNumbers } from "../../src/rendition/encode/frame-timeline.ts";
import { fallbackProvider } from "../../src/plugin/built-in.ts";
import { createProviderRegistry } from "../../src/provider/provider-registry.ts";
import { runTool, type TimedRun } from "./timed-command.ts";

/** At the priority that Viewra gives its encoders, so that what else the machine does falls on both alike. */
export const politeFfmpeg = ["nice", "-n", "10", "ffmpeg"] as const;

/**
 * What FFmpeg alone takes for the frames of one segment of a rung, with the recipe's own encoder options, to
 * one MP4: no grid, no packaging, no checks, and nothing on disk but that file.
 */
export async function encodeBare(
  filmPath: string,
  plan: Plan,
  rung: EncodedVideo,
  n: number,
  workDir: string,
): Promise<TimedRun> {
  const { frameRate } = rung.recipe;
  const boundaries = frameNumbers(plan.boundaries, frameRate);
  const [from, to] = [boundaries[n - 1] ?? 0, boundaries[n] ?? 0];
  const at = (from * frameRate.den) / frameRate.num;
  return runTool([
    ...[...politeFfmpeg, "-nostdin", "-v", "error", "-y"],
    ...(from === 0 ? [] : ["-ss", at.toFixed(6)]),
    ...["-i", filmPath, "-map", "0:v:0", "-vf", shapeFilters(rung.recipe).join(",")],
    ...[...videoEncoderArgs(rung.recipe, encoderFor(rung.recipe)), "-frames:v", String(to - from)],
    join(workDir, "bare.mp4"),
  ]);
}

/** What encodes on any machine, as Viewra calls it. */
export const { encoderFor } = createProviderRegistry({
  ...{ providers: [fallbackProvider], fallback: fallbackProvider },
});
