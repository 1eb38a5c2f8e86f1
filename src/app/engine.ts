import type { Config } from "../config/config.ts";
import { startRun } from "../encode/run.ts";
import { encodeSynthetic } from "../encode/synthetic.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import type { Plan } from "../media/plan.ts";
import type { Recipe } from "../media/recipe.ts";
import { createPackager, type Packager } from "../packager/packager.ts";
import type { EncodeSynthetic, StartRun } from "../pipeline/ports.ts";
import { builtInProviders } from "../plugin/built-in.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import { createProber, type Prober } from "../probe/prober.ts";
import { createSlots, type Slots } from "../schedule/slots.ts";
import { createProcessRunner, type ProcessRunner } from "../process/process-runner.ts";
import { findSetpriv, findTools, ownPackager, type Tools } from "./tools.ts";
import { createWorkFolder, removeWorkFolder } from "./work-folder.ts";

/** What works on media, without a database or a server: the command line and the server share it. */
export interface Engine {
  readonly runner: ProcessRunner;
  readonly tools: Tools;
  readonly providers: readonly TranscodingProvider[];
  readonly prober: Prober;
  readonly packager: Packager;
  readonly startRun: StartRun;
  readonly encodeSynthetic: EncodeSynthetic;
  /** Versions of what decides a description's bytes. */
  readonly toolVersions: string;
  /** For the programs that describe plans, of all plans together. */
  readonly slots: Slots;
  /** Existing, empty folder for working files, this process's own. */
  readonly scratchDir: string;
  /** Ends every child and removes the working files. */
  close(): Promise<void>;
}

/** FFmpeg that shows no progress for so long hangs. */
const stallSeconds = 30;

/** A described moment is a tenth of a second of work; many at once would only wait for each other. */
const describingAtOnce = 2;

export async function createEngine(config: Config, log: Logger): Promise<Engine> {
  const runner = createProcessRunner({ log, setprivPath: findSetpriv() });
  const tools = await findTools(config, runner);
  const providers = builtInProviders;
  const scratchDir = await createWorkFolder(config.cacheDir);
  const runTools = {
    runner,
    ffmpegPath: config.ffmpegPath,
    stallSeconds,
    segmentTimeoutSeconds: config.encoderTimeoutSeconds,
  };
  return {
    runner,
    tools,
    providers,
    scratchDir,
    prober: createProber({ runner, ffprobePath: config.ffprobePath }),
    packager: createPackager({
      processes: runner,
      command: tools.packager.path,
      ...(tools.packager.found && !config.packagerPath
        ? { restore: () => ownPackager(config.cacheDir) }
        : {}),
      scratchDir,
      timeoutMs: config.packagerTimeoutSeconds * 1000,
    }),
    startRun: (request, onFile) =>
      startRun(runTools, providerOfPlan(providers, request.plan), request, onFile),
    encodeSynthetic: (recipe, outPath) =>
      encodeSynthetic(runner, config.ffmpegPath, providerOf(providers, recipe), recipe, outPath),
    toolVersions: [tools.ffmpeg, tools.packager]
      .map((tool) => (tool.found ? tool.version : "missing"))
      .join(" "),
    slots: createSlots(describingAtOnce),
    close: async () => {
      await runner.close();
      await removeWorkFolder(scratchDir);
    },
  };
}

function providerOfPlan(
  providers: readonly TranscodingProvider[],
  plan: Plan,
): TranscodingProvider {
  const video = plan.renditions.find((rendition) => rendition.kind === "video");
  return video ? providerOf(providers, video.recipe) : firstOf(providers);
}

/** The provider that writes a recipe's encoder family; sound is FFmpeg's own, whichever provider runs it. */
function providerOf(
  providers: readonly TranscodingProvider[],
  recipe: Recipe,
): TranscodingProvider {
  if (recipe.kind === "audio") return firstOf(providers);
  const provider = providers.find(({ encoders }) => encoders.includes(recipe.encoder));
  if (provider) return provider;
  throw new ViewraError("TRANSCODING_UNAVAILABLE", `No provider here encodes ${recipe.encoder}`);
}

function firstOf(providers: readonly TranscodingProvider[]): TranscodingProvider {
  const [first] = providers;
  if (first) return first;
  throw new ViewraError("TRANSCODING_UNAVAILABLE", "No encoder provider is installed");
}
