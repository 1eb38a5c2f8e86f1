import { ViewraError } from "../../errors/viewra-error.ts";
import { describeFailure } from "../../process/process-result.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import type { Recipe } from "./encoded-rendition.ts";
import type { EncoderFor } from "./encoder-for.ts";
import { syntheticAudioArgs, syntheticVideoArgs } from "./synthetic-args.ts";

export interface SyntheticTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  readonly encoderFor: EncoderFor;
}

const timeoutMs = 30_000;

/**
 * Encodes a moment of nothing with a recipe to a plain MP4. It is also the probe of the encoder: one
 * counts as present once it has encoded this very recipe here. Throws TRANSCODING_UNAVAILABLE.
 */
export async function encodeSynthetic(
  { runner, ffmpegPath, encoderFor }: SyntheticTools,
  recipe: Recipe,
  outPath: string,
  signal?: AbortSignal,
): Promise<void> {
  const { args, env } = callOf(encoderFor, recipe, outPath);
  // A player waits for what is described with it, before it waits for anything that is encoded.
  const niceness = 5;
  const request = { command: ffmpegPath, args, env, timeoutMs, niceness, kind: "encode" } as const;
  const result = await runner.run({ ...request, ...(signal && { signal }) });
  if (result.ok) return;
  const what =
    recipe.kind === "video" ? `${recipe.encoder} at ${recipe.height} lines` : recipe.codec;
  throw new ViewraError(
    "TRANSCODING_UNAVAILABLE",
    `FFmpeg cannot encode ${what} here: ${describeFailure(result)}`,
    {
      details: {
        stderr: result.stderrTail.slice(-2000),
        ...(recipe.kind === "video" && { provider: recipe.provider.id }),
      },
      retryAfterSeconds: 60,
    },
  );
}

function callOf(
  encoderFor: EncoderFor,
  recipe: Recipe,
  outPath: string,
): { readonly args: string[]; readonly env: Readonly<Record<string, string>> } {
  if (recipe.kind === "audio") return { args: syntheticAudioArgs(recipe, outPath), env: {} };
  const encoder = encoderFor(recipe);
  return {
    args: syntheticVideoArgs(recipe, encoder, outPath),
    env: encoder.environment,
  };
}
