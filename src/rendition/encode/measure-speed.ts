import { formatRational } from "../../media/rational.ts";
import type { DeviceEncoder } from "../../plugin/sdk.ts";
import { encodedFormat, type VideoRecipe } from "../../plugin/video-recipe.ts";
import { describeFailure } from "../../process/process-result.ts";
import { ViewraError } from "../../errors/viewra-error.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import { videoEncoderArgs } from "./encoder-args.ts";

/** A second and a half: beyond what encoders look ahead. */
const frames = 36;
const timeoutMs = 30_000;

export interface SpeedTools {
  readonly runner: Pick<ProcessRunner, "run">;
  readonly ffmpegPath: string;
}

/**
 * How many samples a second of moving, grainy pictures FFmpeg encodes with a recipe on this machine, its start
 * reckoned in. TRANSCODING_UNAVAILABLE where it cannot at all.
 */
export async function measureSpeed(
  { runner, ffmpegPath, niceness = 10 }: SpeedTools & { readonly niceness?: number },
  recipe: VideoRecipe,
  encoder: DeviceEncoder,
  signal?: AbortSignal,
): Promise<number> {
  const { width, height } = recipe;
  const args = [
    ...["-nostdin", "-v", "error", ...encoder.globalArgs, "-f", "lavfi", "-i"],
    `testsrc2=s=${width}x${height}:r=${formatRational(recipe.frameRate)},noise=alls=6:allf=t`,
    ...["-vf", [`format=${encodedFormat(recipe)}`, ...encoder.outputFilters(recipe)].join(",")],
    ...[...videoEncoderArgs(recipe, encoder), "-frames:v", String(frames), "-f", "null", "-"],
  ];
  const began = performance.now();
  const result = await runner.run({
    ...{ command: ffmpegPath, args, timeoutMs, kind: "encode", niceness },
    env: encoder.environment,
    ...(signal && { signal }),
  });
  const seconds = (performance.now() - began) / 1000;
  if (result.ok) return (width * height * frames) / seconds;
  // So slow is as good as not at all.
  throw new ViewraError(
    "TRANSCODING_UNAVAILABLE",
    `FFmpeg cannot encode with ${recipe.encoder} here: ${describeFailure(result)}`,
  );
}
