import { ViewraError, toViewraError } from "../errors/viewra-error.ts";
import type { CueFault, Evaluated, Evaluation } from "../plugin/cue/evaluate.ts";
import type { Machine, TranscodingProvider } from "../plugin/sdk.ts";
import type { OnFault } from "./external/checked-provider.ts";
import { findPlugins } from "./external/find-plugins.ts";
import { importPlugin, type PluginFile } from "./external/import-plugin.ts";

/** A folder of PLUGIN_DIR: a plugin that can be configured and loaded, or what is wrong with it. */
export interface ExternalPlugin {
  readonly folder: string;
  /** What its `plugin.cue` says; null where that is faulty. */
  readonly said: { readonly cue: string; readonly evaluation: Evaluation } | null;
  /** Loads it with a configuration, after a trial in a process of its own. PLUGIN_BROKEN with the reason. */
  readonly load: (config: Evaluation["config"], onFault: OnFault) => Promise<TranscodingProvider>;
  /** Why it is none, as a sentence; null where nothing is known against it before it is loaded. */
  readonly fault: string | null;
}

export interface ExternalOptions {
  readonly evaluate: (plugin: string, values: string) => Promise<Evaluated>;
  /** Loads it elsewhere and asks it everything; what is wrong with it. PLUGIN_BROKEN where that cannot be told. */
  readonly tryPlugin: (file: PluginFile) => Promise<string | null>;
  readonly readMachine: () => Promise<Machine>;
  /** Viewra's. */
  readonly version: string;
}

/** The plugins of PLUGIN_DIR, in the order of their folders; `taken`: ids that are no longer to be had. Throws FOLDER_UNUSABLE. */
export async function readExternalPlugins(
  pluginDir: string,
  taken: readonly string[],
  options: ExternalOptions,
): Promise<ExternalPlugin[]> {
  const ids = new Set(taken);
  const plugins: ExternalPlugin[] = [];
  for (const found of await findPlugins(pluginDir)) {
    const { folder } = found;
    if ("reason" in found) {
      plugins.push(unusable(folder, found.reason));
      continue;
    }
    const { cue, path } = found;
    const evaluated = await options.evaluate(cue, "").catch((thrown: unknown) => thrown);
    if (!isEvaluated(evaluated)) {
      plugins.push(unusable(folder, toViewraError(evaluated).message));
      continue;
    }
    if (!evaluated.ok) {
      plugins.push(unusable(folder, faultSentence(evaluated.fault, "plugin.cue")));
      continue;
    }
    const { evaluation } = evaluated;
    const { plugin_name: id, version } = evaluation.manifest;
    if (ids.has(id)) {
      plugins.push(unusable(folder, `There is a plugin ${id} already: another name is needed`));
      continue;
    }
    ids.add(id);
    plugins.push({
      ...{ folder, said: { cue, evaluation }, fault: null },
      load: async (config, onFault) => {
        const file = { path, id, version, config };
        const fault = (await unmet(evaluation, options)) ?? (await options.tryPlugin(file));
        if (fault !== null) throw new ViewraError("PLUGIN_BROKEN", fault);
        return importPlugin(file, onFault);
      },
    });
  }
  return plugins;
}

function isEvaluated(value: unknown): value is Evaluated {
  return typeof value === "object" && value !== null && "ok" in value;
}

function unusable(folder: string, fault: string): ExternalPlugin {
  const load = async (): Promise<never> => {
    throw new ViewraError("PLUGIN_BROKEN", fault);
  };
  return { folder, said: null, load, fault };
}

/** What a plugin needs that is not there. */
async function unmet(
  { manifest: { requirements } }: Evaluation,
  { version, readMachine }: ExternalOptions,
): Promise<string | null> {
  const { viewra, encoders = [] } = requirements;
  if (viewra !== undefined && !Bun.semver.satisfies(version, viewra)) {
    return `It needs Viewra ${viewra}, and this is ${version}`;
  }
  if (encoders.length === 0) return null;
  const machine = await readMachine();
  const missing = encoders.filter((name) => !machine.encoders.has(name));
  return missing.length === 0
    ? null
    : `It needs an FFmpeg that was built with ${missing.join(", ")}`;
}

/** `plugin.cue:3:5: config.priority: …`. */
export function faultSentence({ message, place }: CueFault, file: string): string {
  return place === null
    ? `${file}: ${message}`
    : `${file}:${place.line}:${place.column}: ${message}`;
}
