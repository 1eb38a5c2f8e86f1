import type { Logger } from "../log/logger.ts";
import type { ProviderRegistry, ProviderState, TryDevice } from "../provider/provider-registry.ts";
import type { Engine } from "./engine.ts";
import { createRounds } from "./background-rounds.ts";

export interface ProviderProbing {
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface ProviderProbingOptions {
  readonly engine: Pick<Engine, "readMachine" | "tryDevice"> & {
    readonly providers: Pick<ProviderRegistry, "probe" | "states">;
  };
  /** Settled once all plugins are loaded. */
  readonly plugins: Promise<void>;
  readonly log: Logger;
}

/** Finds out in the background what encodes on this machine besides the processor; until then that serves. */
export function startProviderProbing({
  engine,
  plugins,
  log,
}: ProviderProbingOptions): ProviderProbing {
  const { providers, readMachine } = engine;
  const tryDevice: TryDevice = async (provider, device, codec, signal) => {
    const trial = await engine.tryDevice(provider, device, codec, signal);
    const fields = { provider: provider.id, device: device.name, codec };
    if (trial.ok) log.info("a device encodes", fields);
    else log.info("a device does not encode", { ...fields, reason: trial.reason });
    return trial;
  };
  const rounds = createRounds(
    async () => {
      const probe = async (only?: string): Promise<void> => {
        await providers.probe(readMachine, tryDevice, rounds.signal, only);
        for (const state of providers.states())
          if (only === undefined || state.provider.id === only) tell(state, log);
      };
      const first = new Set(idsOf(providers.states()));
      await probe();
      // One that takes long to be loaded holds up no card.
      await Promise.race([plugins, rounds.rest(longMs)]);
      for (const id of idsOf(providers.states())) if (!first.has(id)) await probe(id);
    },
    (error) =>
      log.warn("devices were not looked for: pictures are encoded on the processor", { error }),
  );
  rounds.wake();
  return { close: () => rounds.close() };
}

/** Longer than any plugin may take. */
const longMs = 600_000;

const idsOf = (states: readonly ProviderState[]): string[] =>
  states.map(({ provider }) => provider.id);

function tell({ provider: { id }, devices, missing }: ProviderState, log: Logger): void {
  if (missing !== null)
    log.debug("a provider has no device here", { provider: id, reason: missing });
  for (const { device, decodings } of devices) {
    if (decodings === null) continue;
    const codings = decodings.length === 0 ? "none" : decodings.join(", ");
    log.info("a device decodes", { provider: id, device: device.name, codings });
  }
}
