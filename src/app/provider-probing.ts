import { readFile } from "node:fs/promises";
import type { Logger } from "../log/logger.ts";
import { parseKeptTrials, printKeptTrials } from "../provider/kept-trials.ts";
import { machineKey } from "../provider/machine-key.ts";
import type { ProviderRegistry, ProviderState, TryDevice } from "../provider/provider-registry.ts";
import { replaceFile } from "../store/temporary-file.ts";
import { createRounds } from "./background-rounds.ts";
import type { Engine } from "./engine.ts";

export interface ProviderProbing {
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface ProviderProbingOptions {
  readonly engine: Pick<Engine, "readMachine" | "tryDevice"> & {
    readonly providers: Pick<ProviderRegistry, "probe" | "recall" | "states">;
    readonly tools: Pick<Engine["tools"], "ffmpeg">;
  };
  /** Settled once all plugins are loaded. */
  readonly plugins: Promise<void>;
  /** Where what was found out is kept. */
  readonly path: string;
  /** After each look that found out anew what encodes. */
  readonly onProbed: () => void;
  readonly log: Logger;
  /** How often is looked whether FFmpeg, a driver or a device is another one. */
  readonly lookMs?: number;
}

const usualLookMs = 300_000;
/** Longer than any plugin may take. */
const longMs = 600_000;

/**
 * Finds out in the background what encodes on this machine besides the processor. What an earlier process found out of the same
 * machine, drivers and programs is used at once, until it is found out anew; of another machine the processor serves meanwhile.
 */
export function startProviderProbing(options: ProviderProbingOptions): ProviderProbing {
  const { engine, plugins, path, onProbed, log, lookMs = usualLookMs } = options;
  const { providers, readMachine, tools } = engine;
  const look = async () => {
    const machine = await readMachine();
    const { path: program, ...ffmpeg } = tools.ffmpeg;
    const version = ffmpeg.found ? ffmpeg.version : "";
    return { machine, key: await machineKey(machine, { path: program, version }) };
  };
  const tryDevice: TryDevice = async (provider, device, codec, signal) => {
    const trial = await engine.tryDevice(provider, device, codec, signal);
    const fields = { provider: provider.id, device: device.name, codec };
    if (trial.ok) log.info("a device encodes", fields);
    else log.info("a device does not encode", { ...fields, reason: trial.reason });
    return trial;
  };
  const probe = async (
    { machine, key }: Awaited<ReturnType<typeof look>>,
    only?: string,
  ): Promise<void> => {
    await providers.probe(async () => machine, tryDevice, rounds.signal, only);
    for (const state of providers.states()) {
      if (only === undefined || state.provider.id === only) tell(state, log);
    }
    await replaceFile(path, printKeptTrials(key, trialsOf(providers.states())));
    onProbed();
  };
  const rounds = createRounds(
    async () => {
      let found = await look();
      const kept = parseKeptTrials(await readFile(path, "utf8").catch(() => ""), found.key);
      if (kept.size > 0) providers.recall(found.machine, kept);
      const first = new Set(idsOf(providers.states()));
      await probe(found);
      // One that takes long to be loaded holds up no card.
      await Promise.race([plugins, rounds.rest(longMs)]);
      for (const id of idsOf(providers.states())) if (!first.has(id)) await probe(found, id);
      for (;;) {
        await rounds.rest(lookMs);
        const now = await look();
        if (now.key === found.key) continue;
        log.info("FFmpeg, a driver or a device is another one: devices are tried again");
        found = now;
        await probe(found);
      }
    },
    (error) =>
      log.warn("devices were not looked for: pictures are encoded on the processor", { error }),
  );
  rounds.wake();
  return { close: () => rounds.close() };
}

const idsOf = (states: readonly ProviderState[]): string[] =>
  states.map(({ provider }) => provider.id);

function trialsOf(states: readonly ProviderState[]): ReturnType<typeof parseKeptTrials> {
  return new Map(
    states.map(({ provider, devices }) => [
      provider.id,
      new Map(devices.map(({ device, trials, decodings }) => [device.id, { trials, decodings }])),
    ]),
  );
}

function tell({ provider: { id }, devices, missing }: ProviderState, log: Logger): void {
  if (missing !== null)
    log.debug("a provider has no device here", { provider: id, reason: missing });
  for (const { device, decodings } of devices) {
    if (decodings === null) continue;
    const codings = decodings.length === 0 ? "none" : decodings.join(", ");
    log.info("a device decodes", { provider: id, device: device.name, codings });
  }
}
