import { ViewraError } from "../errors/viewra-error.ts";
import type { Machine } from "../plugin/sdk.ts";
import type { ProviderRegistry, ProviderState, TryDevice } from "./provider-registry.ts";

/** Plugins, as an operator sees and sets them. PLUGIN_NOT_FOUND. */
export interface PluginService {
  list(): readonly ProviderState[];
  get(id: string): ProviderState;
  /** Looks for its devices and tries them now, and says what came of it. */
  probe(id: string, signal: AbortSignal): Promise<ProviderState>;
  /** PLUGIN_NEEDED for the one that encodes on any machine. */
  setEnabled(id: string, isEnabled: boolean): Promise<ProviderState>;
}

export interface PluginServiceOptions {
  readonly providers: ProviderRegistry;
  /** The id of the one that encodes on any machine. */
  readonly needed: string;
  readonly readMachine: () => Promise<Machine>;
  readonly tryDevice: TryDevice;
  /** Other devices may encode now. */
  readonly onProbed?: () => void;
  /** Keeps what the operator said. */
  readonly save: (id: string, isEnabled: boolean) => Promise<void>;
}

export function createPluginService(options: PluginServiceOptions): PluginService {
  const { providers, needed, readMachine, tryDevice, save, onProbed } = options;
  const get = (id: string): ProviderState => {
    const state = providers.states().find(({ provider }) => provider.id === id);
    if (state === undefined) throw new ViewraError("PLUGIN_NOT_FOUND");
    return state;
  };
  return {
    list: () => providers.states(),
    get,
    probe: async (id, signal) => {
      get(id);
      await providers.probe(readMachine, tryDevice, signal, id);
      onProbed?.();
      return get(id);
    },
    setEnabled: async (id, isEnabled) => {
      get(id);
      if (id === needed && !isEnabled) throw new ViewraError("PLUGIN_NEEDED");
      await save(id, isEnabled);
      providers.setEnabled(id, isEnabled);
      return get(id);
    },
  };
}
