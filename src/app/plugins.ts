import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { builtInProviders, fallbackProvider, readBuiltInManifests } from "../plugin/built-in.ts";
import { runTask, type TaskTools } from "../provider/apart/run-task.ts";
import { triedSchema } from "../provider/apart/task.ts";
import { createCue } from "../provider/cue-cache.ts";
import { createPluginService, type PluginService } from "../provider/plugin-service.ts";
import { createValuesFiles } from "../provider/values-file.ts";
import { createSlots } from "../schedule/slots.ts";
import type { Engine } from "./engine.ts";
import { version } from "./version.ts";

/** CUE takes 0.2 GB of memory and a processor. */
const evaluationsAtOnce = 1;
/** Some may hang. */
const trialsAtOnce = 4;

/** The plugins of an engine, to be opened; `save` keeps which of them an operator wants, `signal` ends what is under way. */
export function createPlugins(
  engine: Pick<Engine, "runner" | "scratchDir" | "providers" | "readMachine" | "tryDevice">,
  config: Pick<Config, "dataDir" | "cacheDir" | "pluginDir">,
  log: Logger,
  save: (id: string, isEnabled: boolean) => Promise<void>,
  signal: AbortSignal,
): PluginService {
  const { runner, scratchDir, providers, readMachine, tryDevice } = engine;
  const toolsFor = (atOnce: number): TaskTools => ({
    ...{ runner, scratchDir, slots: createSlots(atOnce), signal },
  });
  const trials = toolsFor(trialsAtOnce);
  return createPluginService({
    ...{ providers, readMachine, tryDevice, version, log, save },
    ...{ builtIn: builtInProviders, manifests: readBuiltInManifests() },
    ...{ needed: fallbackProvider.id, pluginDir: config.pluginDir },
    values: createValuesFiles(join(config.dataDir, "plugins")),
    evaluate: createCue({
      ...{ tools: toolsFor(evaluationsAtOnce), version },
      folder: join(config.cacheDir, "plugins"),
    }),
    tryPlugin: async (file) => (await runTask(trials, { kind: "try", ...file }, triedSchema)).fault,
  });
}
