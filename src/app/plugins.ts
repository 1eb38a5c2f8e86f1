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

/** Each takes 0.2 GB of memory and a processor. */
const tasksAtOnce = 1;

/** The plugins of an engine; `save` keeps which of them an operator wants. To be opened. */
export function createPlugins(
  engine: Pick<Engine, "runner" | "scratchDir" | "providers" | "readMachine" | "tryDevice">,
  config: Pick<Config, "dataDir" | "cacheDir" | "pluginDir">,
  log: Logger,
  save: (id: string, isEnabled: boolean) => Promise<void>,
): PluginService {
  const { runner, scratchDir, providers, readMachine, tryDevice } = engine;
  const tools: TaskTools = { runner, scratchDir, slots: createSlots(tasksAtOnce) };
  return createPluginService({
    ...{ providers, readMachine, tryDevice, version, log, save },
    ...{ builtIn: builtInProviders, manifests: readBuiltInManifests() },
    ...{ needed: fallbackProvider.id, pluginDir: config.pluginDir },
    values: createValuesFiles(join(config.dataDir, "plugins")),
    evaluate: createCue({ tools, folder: join(config.cacheDir, "plugins"), version }),
    tryPlugin: async (file) => (await runTask(tools, { kind: "try", ...file }, triedSchema)).fault,
  });
}
