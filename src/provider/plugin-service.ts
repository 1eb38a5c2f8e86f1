import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import type { SaidByCue } from "../plugin/built-in.ts";
import type { JsonObject } from "../plugin/cue/json-schema.ts";
import type { PluginManifest } from "../plugin/manifest.ts";
import type { Machine, TranscodingProvider } from "../plugin/sdk.ts";
import type { EvaluateCue } from "./cue-cache.ts";
import { faultSentence, readExternalPlugins, type ExternalOptions } from "./load-external.ts";
import type { ProviderRegistry, ProviderState, TryDevice } from "./provider-registry.ts";
import type { ValuesFiles } from "./values-file.ts";

/** A plugin, as an operator sees it. */
export interface PluginState {
  /** Of one whose `plugin.cue` is faulty the name of its folder. */
  readonly id: string;
  readonly name: string;
  /** null where its `plugin.cue` is faulty. */
  readonly manifest: PluginManifest | null;
  readonly source: "built_in" | "external";
  readonly isEnabled: boolean;
  /** What it is used for here; null where it was not loaded. */
  readonly provider: ProviderState | null;
  /** Why it was not loaded, or what it did wrong since; null where nothing is wrong, or it is still being loaded. */
  readonly fault: string | null;
  /** Why its configuration is not heeded and its defaults are; null where it is. */
  readonly configurationFault: string | null;
}

export interface PluginConfiguration {
  /** As it is in force. */
  readonly config: JsonObject;
  readonly defaults: JsonObject;
  /** JSON Schema (2020-12), made by CUE. */
  readonly schema: JsonObject;
}

/** Plugins, as an operator sees and sets them. PLUGIN_NOT_FOUND. */
export interface PluginService {
  /** Reads what was configured, and loads the plugins of PLUGIN_DIR. Throws nothing: what is wrong is listed. */
  open(): Promise<void>;
  /** The preferred first, those that do not work last. */
  list(): readonly PluginState[];
  get(id: string): PluginState;
  /** Reads its configuration anew, looks for its devices and tries them now, and says what came of it. */
  probe(id: string, signal: AbortSignal): Promise<PluginState>;
  /** PLUGIN_NEEDED for the one that encodes on any machine. */
  setEnabled(id: string, isEnabled: boolean): Promise<PluginState>;
  /** PLUGIN_BROKEN where its `plugin.cue` says nothing. */
  configuration(id: string): PluginConfiguration;
  /**
   * Checks an administrator's values, keeps them in the stead of former ones and has plans made with them from now on.
   * PLUGIN_CONFIGURATION_INVALID with CUE's message and place, and then all stays as it was.
   */
  configure(
    id: string,
    values: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<PluginConfiguration>;
  /** What an operator should know, a sentence each. */
  problems(): readonly string[];
}

export interface PluginServiceOptions extends ExternalOptions {
  readonly providers: ProviderRegistry;
  /** What comes with Viewra, as nobody configured it. */
  readonly builtIn: readonly TranscodingProvider[];
  readonly manifests: Readonly<Record<string, SaidByCue>>;
  /** The id of the one that encodes on any machine. */
  readonly needed: string;
  /** null: none but those that come with Viewra. */
  readonly pluginDir: string | null;
  readonly values: ValuesFiles;
  readonly evaluate: EvaluateCue;
  readonly readMachine: () => Promise<Machine>;
  readonly tryDevice: TryDevice;
  /** Other devices may encode now. */
  readonly onProbed?: () => void;
  /** Keeps what the operator said. */
  readonly save: (id: string, isEnabled: boolean) => Promise<void>;
  readonly log: Logger;
}

/** What is known of a plugin. */
interface Plugin {
  readonly id: string;
  readonly source: PluginState["source"];
  readonly said: SaidByCue | null;
  /** The provider of a configuration. PLUGIN_BROKEN, or whatever a configuration is refused with. */
  readonly make: (config: JsonObject) => Promise<TranscodingProvider>;
  config: JsonObject;
  fault: string | null;
  configurationFault: string | null;
}

export function createPluginService(options: PluginServiceOptions): PluginService {
  const { providers, manifests, needed, pluginDir, values, evaluate, save, log } = options;
  const { readMachine, tryDevice } = options;
  const plugins = new Map<string, Plugin>();
  let folderFault: string | null = null;
  for (const provider of options.builtIn) {
    plugins.set(provider.id, {
      ...{ id: provider.id, source: "built_in", said: manifests[provider.id] ?? null },
      make: async (config) => provider.configure(config),
      ...{ config: manifests[provider.id]?.manifest.config ?? {} },
      ...{ fault: null, configurationFault: null },
    });
  }

  /** One change after the other: the last one that was asked for is the one that stays. */
  const changing = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const before = changing.get(id) ?? Promise.resolve();
    const turn = before.then(work, work);
    changing.set(id, turn);
    return turn;
  };

  /** What a text of CUE comes to with a plugin's own. PLUGIN_CONFIGURATION_INVALID. */
  const configOf = async ({ id }: Plugin, said: SaidByCue, text: string) => {
    if (text === "") return said.manifest.config;
    const evaluated = await evaluate(said.cue, text);
    if (evaluated.ok) return evaluated.evaluation.config;
    const { fault } = evaluated;
    const file = fault.text === "values" ? `${id}.cue` : "plugin.cue";
    throw new ViewraError("PLUGIN_CONFIGURATION_INVALID", faultSentence(fault, file), {
      details: { file, ...fault.place, message: fault.message },
    });
  };
  const install = (plugin: Plugin, config: JsonObject, provider: TranscodingProvider): void => {
    plugin.config = config;
    plugin.fault = null;
    plugin.configurationFault = null;
    providers.put(provider);
  };
  /** Its configuration is read anew; where it cannot be heeded the defaults are. */
  const reload = async (plugin: Plugin): Promise<void> => {
    const { said } = plugin;
    if (said === null) return;
    let configurationFault: string | null = null;
    let config = said.manifest.config;
    plugin.configurationFault = null;
    try {
      const text = await values.read(plugin.id);
      // What is in force already, and works, need not be made anew.
      const isAsBefore = plugin.source === "built_in" && plugin.config === config;
      if (text === "" && isAsBefore) return;
      config = await configOf(plugin, said, text);
    } catch (thrown) {
      configurationFault = toViewraError(thrown).message;
      log.warn("a plugin's configuration is not heeded, its defaults are", {
        ...{ plugin: plugin.id, reason: configurationFault, file: values.pathOf(plugin.id) },
      });
    }
    try {
      install(plugin, config, await plugin.make(config));
    } catch (thrown) {
      plugin.fault = toViewraError(thrown).message;
      log.warn("a plugin does not work", { plugin: plugin.id, reason: plugin.fault });
    }
    plugin.configurationFault = configurationFault;
  };

  const openExternal = async (folder: string): Promise<void> => {
    const taken = [...plugins.keys()];
    const all = await readExternalPlugins(folder, taken, options);
    // Those without a name of their own come last: they get what is left.
    const named = all.filter(({ said }) => said !== null);
    for (const found of [...named, ...all.filter(({ said }) => said === null)]) {
      const { said, load, fault } = found;
      const id = said?.evaluation.manifest.plugin_name ?? unusedId(found.folder, plugins);
      const { config } = said?.evaluation ?? { config: {} };
      plugins.set(id, {
        ...{ id, source: "external", fault, config, configurationFault: null },
        said: said === null ? null : { cue: said.cue, ...said.evaluation },
        make: (wanted) => load(wanted, (what) => onFault(id, what)),
      });
      if (fault !== null) log.warn("a plugin does not work", { plugin: id, reason: fault });
    }
  };
  const onFault = (id: string, fault: string): void => {
    log.warn("a plugin does not work", { plugin: id, reason: fault });
    providers.broken(id, fault);
  };

  const probe = async (id: string, signal: AbortSignal): Promise<void> => {
    await providers.probe(readMachine, tryDevice, signal, id);
    options.onProbed?.();
  };

  const known = (id: string): Plugin => {
    const plugin = plugins.get(id);
    if (plugin === undefined) throw new ViewraError("PLUGIN_NOT_FOUND");
    return plugin;
  };
  const stateOf = (plugin: Plugin): PluginState => {
    const { id, source, said, fault, configurationFault } = plugin;
    const provider = providers.states().find((state) => state.provider.id === id) ?? null;
    return {
      ...{ id, source, configurationFault, provider, isEnabled: providers.isEnabled(id) },
      ...{ name: provider?.provider.name ?? id, manifest: said?.manifest ?? null },
      fault: fault ?? provider?.fault ?? null,
    };
  };
  const saidOf = ({ id, said, fault }: Plugin): SaidByCue => {
    if (said !== null) return said;
    throw new ViewraError("PLUGIN_BROKEN", fault ?? `${id} has no plugin.cue`);
  };
  const configuration = (id: string): PluginConfiguration => {
    const { manifest, schema } = saidOf(known(id));
    return { config: known(id).config, defaults: manifest.config, schema };
  };

  return {
    open: async () => {
      for (const plugin of [...plugins.values()]) {
        await inTurn(plugin.id, () => reload(plugin));
      }
      if (pluginDir === null) return;
      try {
        await openExternal(pluginDir);
      } catch (thrown) {
        folderFault = toViewraError(thrown).message;
        log.warn("no plugins were loaded", { reason: folderFault });
      }
      // Side by side: one that hangs holds up no other.
      const external = [...plugins.values()].filter(({ source }) => source === "external");
      await Promise.all(external.map((plugin) => inTurn(plugin.id, () => reload(plugin))));
    },
    list: () => {
      const order = providers.states().map(({ provider }) => provider.id);
      const rank = ({ id }: Plugin): number =>
        order.includes(id) ? order.indexOf(id) : order.length;
      return [...plugins.values()].toSorted((a, b) => rank(a) - rank(b)).map(stateOf);
    },
    get: (id) => stateOf(known(id)),
    probe: (id, signal) =>
      inTurn(id, async () => {
        const plugin = known(id);
        await reload(plugin);
        await probe(id, signal);
        return stateOf(plugin);
      }),
    setEnabled: async (id, isEnabled) => {
      const plugin = known(id);
      if (id === needed && !isEnabled) throw new ViewraError("PLUGIN_NEEDED");
      await save(id, isEnabled);
      providers.setEnabled(id, isEnabled);
      return stateOf(plugin);
    },
    configuration,
    configure: (id, given, signal) =>
      inTurn(id, async () => {
        const plugin = known(id);
        const said = saidOf(plugin);
        const text = `${JSON.stringify(given, null, 2)}\n`;
        const config = await configOf(plugin, said, text);
        const provider = await plugin.make(config).catch((thrown: unknown) => {
          const { message } = toViewraError(thrown);
          throw new ViewraError("PLUGIN_CONFIGURATION_INVALID", message, { cause: thrown });
        });
        await values.write(id, text);
        install(plugin, config, provider);
        const devices = stateOf(plugin).provider?.devices ?? [];
        // What was left out before was never tried.
        if (id !== needed && devices.some(({ trials }) => trials.size === 0)) {
          await probe(id, signal);
        }
        return configuration(id);
      }),
    problems: () => [
      ...(folderFault === null ? [] : [folderFault]),
      ...[...plugins.values()]
        .map(stateOf)
        .flatMap(({ id, fault, configurationFault }) => [
          ...(fault === null ? [] : [`${id}: ${fault}`]),
          ...(configurationFault === null
            ? []
            : [`${id}: its defaults are used, as ${configurationFault}`]),
        ]),
    ],
  };
}

/** Of a plugin whose own name cannot be read: its folder's, where no other plugin has that. */
function unusedId(folder: string, plugins: ReadonlyMap<string, unknown>): string {
  const name = folder.replaceAll(/[^\w.-]/g, "_").slice(0, 80);
  if (!plugins.has(name)) return name;
  for (let n = 2; ; n++) if (!plugins.has(`${name}-${n}`)) return `${name}-${n}`;
}
