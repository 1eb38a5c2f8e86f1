import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { toViewraError } from "../errors/viewra-error.ts";
import type { Packager } from "../packager/packager.ts";
import type { Device, PictureCodec, TranscodingProvider } from "../plugin/sdk.ts";
import type { ProcessRunner } from "../process/process-runner.ts";
import type { EncodedVideo } from "../rendition/encode/encoded-rendition.ts";
import { encodeSynthetic } from "../rendition/encode/synthetic.ts";
import { trialRecipe, trialTarget } from "../rendition/encode/trial-recipe.ts";

export interface TrialTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** null where there is none: that an encoder works is known without it. */
  readonly packager: Pick<Packager, "describe"> | null;
  /** Existing folder for working files. */
  readonly scratchDir: string;
}

/** Whether a codec is encoded with a device, and why not, as FFmpeg or the packager said it. */
export type CodecTrial = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Encodes a moment of nothing for real and has it described, as every start does before a film is touched: that is what a
 * device has to do, whatever it says of itself.
 */
export async function tryDevice(
  { runner, ffmpegPath, packager, scratchDir }: TrialTools,
  provider: TranscodingProvider,
  device: Device,
  codec: PictureCodec,
  signal?: AbortSignal,
): Promise<CodecTrial> {
  const folder = join(scratchDir, `trial-${crypto.randomUUID()}`);
  const path = join(folder, "v720.mp4");
  try {
    const trial = { codec, range: "sdr", quality: "medium" } as const;
    const refusal = provider.refusal(trialTarget(trial));
    if (refusal !== null) return { ok: false, reason: refusal };
    const recipe = trialRecipe(provider, trial);
    const rendition: EncodedVideo = {
      ...{ kind: "video", method: "encode", id: "v720", track: 0, holdSeconds: 0, recipe },
    };
    const encoder = provider.onDevice(device);
    await mkdir(folder);
    await encodeSynthetic({ runner, ffmpegPath, encoderFor: () => encoder }, recipe, path, signal);
    if (!(await Bun.file(path).exists())) {
      return { ok: false, reason: "FFmpeg ended with exit code 0 and wrote nothing" };
    }
    await packager?.describe([{ rendition, path }]);
    return { ok: true };
  } catch (thrown) {
    return { ok: false, reason: toViewraError(thrown).message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
