import { loadCue, type Evaluate } from "../../src/plugin/cue/evaluate.ts";
import {
  builtInProviders,
  fallbackProvider,
  readBuiltInManifests,
} from "../../src/plugin/built-in.ts";
import {
  createPluginService,
  type PluginService,
  type PluginServiceOptions,
} from "../../src/provider/plugin-service.ts";
import { createValuesFiles } from "../../src/provider/values-file.ts";
import { quietLog } from "../db/open-test-database.ts";

let cue: Promise<Evaluate> | undefined;

/** CUE in this process, loaded once for all tests of it. */
export async function evaluateHere(): Promise<Evaluate> {
  cue ??= loadCue();
  return cue;
}

/** The plugins that come with Viewra over a registry; `folder` is where their configuration is kept. */
export function pluginServiceOf(
  folder: string,
  options: Pick<PluginServiceOptions, "providers" | "readMachine" | "tryDevice" | "save"> &
    Partial<PluginServiceOptions>,
): PluginService {
  return createPluginService({
    ...{ builtIn: builtInProviders, manifests: readBuiltInManifests() },
    ...{ needed: fallbackProvider.id, pluginDir: null, version: "0.1.0", log: quietLog() },
    values: createValuesFiles(folder),
    evaluate: async (plugin, values) => (await evaluateHere())(plugin, values),
    tryPlugin: async () => null,
    ...options,
  });
}
