import { ViewraError } from "../errors/viewra-error.ts";
import { pictureCodecs, type PictureCodec } from "../media/picture-codecs.ts";
import { decodingName, decodingOf } from "../plugin/device-path.ts";
import type { Device, DeviceEncoder, Machine, TranscodingProvider } from "../plugin/sdk.ts";
import type { VideoRecipe } from "../plugin/video-recipe.ts";
import type { EncoderFor } from "../rendition/encode/encoder-for.ts";
import type { KeptTrials } from "./kept-trials.ts";
import type { CodecTrial } from "./try-device.ts";
import type { TryDecodings } from "./try-decodings.ts";

/** What is known of a provider on this machine. */
export interface ProviderState {
  readonly provider: TranscodingProvider;
  readonly devices: readonly DeviceState[];
  /** What is not there and what to do about it, as sentences; null where a device was found. */
  readonly missing: string | null;
  /** What it did wrong, as a sentence, since it was last tried; of plugins that do not come with Viewra. */
  readonly fault: string | null;
  /** An operator wants it used. */
  readonly isEnabled: boolean;
  /** Plans are made with it at the moment. */
  readonly isUsed: boolean;
}

export interface DeviceState {
  readonly device: Device;
  /** By codec, those that were tried. */
  readonly trials: ReadonlyMap<PictureCodec, CodecTrial>;
  /** What it was proven to decode, by `decodingName`; null until that was tried. */
  readonly decodings: readonly string[] | null;
}

/** Encodes a moment with a device. */
export type TryDevice = (
  provider: TranscodingProvider,
  device: Device,
  codec: PictureCodec,
  signal?: AbortSignal,
) => Promise<CodecTrial>;

export interface ProviderRegistry {
  /** The providers that plans are made with, the preferred first; each writes what it was proven to write here. */
  readonly usable: () => readonly TranscodingProvider[];
  /** Those of them that are tried after one: what failed before it would have its turn again, and fail again. */
  readonly usableAfter: (providerId: string) => readonly TranscodingProvider[];
  readonly encoderFor: EncoderFor;
  /** How many encode with the device that a recipe is encoded with at once, and its name; null where that is not limited. */
  sessionsFor(recipe: VideoRecipe): { readonly name: string; readonly most: number } | null;
  /** It did not make what it was proven to make; one that keeps failing is set aside for a while. */
  failed(providerId: string): void;
  states(): readonly ProviderState[];
  /**
   * Adds a provider, or takes it instead of the one of its id: plans are made with it from now on, and what was proven of
   * its devices holds. Runs go on as they began.
   */
  put(provider: TranscodingProvider): void;
  /** It is used no more until it is probed. */
  broken(providerId: string, fault: string): void;
  isEnabled(providerId: string): boolean;
  /** What was found out of a machine before is used, until it is found out anew. */
  recall(machine: Machine, kept: KeptTrials): void;
  /** One that is disabled makes no more plans, and nothing more of those that it made. */
  setEnabled(providerId: string, isEnabled: boolean): void;
  /** Looks for devices, and tries none. */
  look(read: () => Promise<Machine>): Promise<void>;
  /**
   * Looks for devices, and tries each with each codec; what was found is used at once. Of one provider alone, or of all, of
   * which the fallback needs no trial.
   */
  probe(
    read: () => Promise<Machine>,
    tryDevice: TryDevice,
    signal?: AbortSignal,
    only?: string,
  ): Promise<void>;
}

export interface ProviderRegistryOptions {
  readonly providers: readonly TranscodingProvider[];
  /** Encodes on any machine: it is used before anything is known, and its describing is its trial. */
  readonly fallback: TranscodingProvider;
  /** Left out where nobody can: the processor decodes. */
  readonly tryDecodings?: TryDecodings;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** So many failures in so short a time set a provider aside until the first of them is as long ago. */
const mostFailures = 3;
const failureSpanMs = 600_000;

const unknownMachine: Machine = {
  encoders: new Set(),
  filters: new Set(),
  renderNodes: [],
  nvidiaCards: [],
};

/** What a search found, and what trials said of it. */
type Found = Pick<ProviderState, "provider" | "devices" | "missing">;

/** Knows which providers encode on this machine, and with which devices. */
export function createProviderRegistry(options: ProviderRegistryOptions): ProviderRegistry {
  const { fallback, now = () => performance.now() } = options;
  const states = new Map<string, Found>();
  const disabled = new Set<string>();
  const faults = new Map<string, string>();
  /** By provider and device: also of devices that are not there now, or not to be used. */
  const known = new Map<string, Omit<DeviceState, "device">>();
  let machine = unknownMachine;
  const providers = (): TranscodingProvider[] =>
    [...states.values()]
      .map(({ provider }) => provider)
      .toSorted((a, b) => b.priority - a.priority);
  const isFallback = ({ id }: TranscodingProvider): boolean => id === fallback.id;
  const search = (provider: TranscodingProvider): Found => {
    const { devices, missing } = provider.findDevices(machine);
    // What was proven before is used until it is tried anew.
    return {
      ...{ provider, missing },
      devices: devices.map((device) => ({
        ...(known.get(`${provider.id} ${device.id}`) ?? { trials: new Map(), decodings: null }),
        device,
      })),
    };
  };
  /** What was found of a provider; another one of its id, put in its place meanwhile, stays there and has the trials. */
  const keep = (found: Found): void => {
    const { provider, devices } = found;
    for (const { device, ...learnt } of devices) known.set(`${provider.id} ${device.id}`, learnt);
    const current = states.get(provider.id)?.provider ?? provider;
    states.set(provider.id, current === provider ? found : search(current));
  };
  for (const provider of options.providers) keep(search(provider));

  const learnDecodings = async (id: string, signal: AbortSignal | undefined): Promise<void> => {
    const { tryDecodings } = options;
    const found = states.get(id);
    if (found === undefined || tryDecodings === undefined) return;
    const { provider } = found;
    const devices = [...found.devices];
    for (const [i, state] of devices.entries()) {
      const encoder = provider.onDevice(state.device, machine.filters);
      if (encoder.path === undefined || !isProven(state.trials.get("h264"))) continue;
      const decodings = await tryDecodings(provider, encoder, signal);
      signal?.throwIfAborted();
      devices[i] = { ...state, decodings };
      keep({ ...found, devices: [...devices] });
    }
  };

  const failures = new Map<string, number[]>();
  const isSetAside = (id: string): boolean =>
    (failures.get(id) ?? []).filter((at) => now() - at < failureSpanMs).length >= mostFailures;
  const isUsed = (provider: TranscodingProvider, codec: PictureCodec): boolean =>
    isFallback(provider) ||
    (!disabled.has(provider.id) &&
      !faults.has(provider.id) &&
      !isSetAside(provider.id) &&
      deviceFor(states.get(provider.id), codec, isProven) !== undefined);

  const usable = (): TranscodingProvider[] =>
    providers().flatMap((provider) => {
      const codecs = pictureCodecs.filter((codec) => isUsed(provider, codec));
      const encoders = Object.fromEntries(
        codecs.flatMap((codec) => {
          const name = provider.encoders[codec];
          return name === undefined ? [] : [[codec, name]];
        }),
      );
      return Object.keys(encoders).length === 0 ? [] : [{ ...provider, encoders }];
    });

  return {
    usable,
    usableAfter: (id) => {
      const ids = providers().map((provider) => provider.id);
      const after = new Set(ids.slice(ids.indexOf(id) + 1));
      return usable().filter((provider) => after.has(provider.id));
    },
    encoderFor: ({ provider: { id, revision }, codec, encoder }) => {
      const state = states.get(id);
      if (state === undefined || state.provider.encoders[codec] !== encoder) {
        throw unavailable(`No provider ${id} here encodes with ${encoder}`);
      }
      const { provider } = state;
      if (disabled.has(id)) throw unavailable(`${id} is disabled`);
      if (provider.revision !== revision) {
        throw unavailable(
          `The provider ${id} is of revision ${provider.revision} here, and ${revision} is needed`,
        );
      }
      const device = encodingDevice(state, codec);
      if (device !== undefined)
        return knownPath(provider.onDevice(device, machine.filters), state, device);
      throw unavailable(`${id}: ${whyNot(state, codec)}`);
    },
    sessionsFor: ({ provider: { id }, codec }) => {
      const device = encodingDevice(states.get(id), codec);
      if (device?.sessions === undefined) return null;
      return { name: `${id} ${device.id}`, most: device.sessions };
    },
    failed: (id) => failures.set(id, [...(failures.get(id) ?? []), now()].slice(-mostFailures)),
    setEnabled: (id, isEnabled) => {
      if (isEnabled) disabled.delete(id);
      else disabled.add(id);
    },
    put: (provider) => {
      faults.delete(provider.id);
      states.set(provider.id, search(provider));
    },
    broken: (id, fault) => {
      faults.set(id, fault);
    },
    isEnabled: (id) => !disabled.has(id),
    states: () =>
      providers().flatMap((provider) => {
        const found = states.get(provider.id);
        if (found === undefined) return [];
        const isEnabled = !disabled.has(provider.id);
        return [
          {
            ...{ ...found, fault: faults.get(provider.id) ?? null, isEnabled },
            isUsed: pictureCodecs.some((each) => isUsed(provider, each)),
          },
        ];
      }),
    look: async (read) => {
      machine = await read();
      for (const provider of providers()) keep(search(provider));
    },
    recall: (readBefore, kept) => {
      machine = readBefore;
      for (const [id, devices] of kept) {
        for (const [device, learnt] of devices) known.set(`${id} ${device}`, learnt);
      }
      for (const provider of providers()) keep(search(provider));
    },
    probe: async (read, tryDevice, signal, only) => {
      machine = await read();
      for (const { id } of providers()) {
        if (only !== undefined && id !== only) continue;
        signal?.throwIfAborted();
        // Another one of that id may have come meanwhile.
        const provider = states.get(id)?.provider;
        if (provider === undefined) continue;
        faults.delete(id);
        const found = search(provider);
        keep(found);
        if (isFallback(provider) && only === undefined) continue;
        await tryAll(found, machine, tryDevice, keep, signal);
      }
      // What encodes is of use by itself, so that it is known first.
      for (const { id } of providers()) {
        if (only === undefined || id === only) await learnDecodings(id, signal);
      }
    },
  };
}

/** Tries every codec on every device; `onTrial` is told the state after each. */
async function tryAll(
  found: Found,
  machine: Machine,
  tryDevice: TryDevice,
  onTrial: (state: Found) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { provider } = found;
  const devices = found.devices.map((each) => ({ ...each, trials: new Map(each.trials) }));
  for (const { device, trials } of devices) {
    for (const codec of pictureCodecs) {
      const name = provider.encoders[codec];
      if (name === undefined) continue;
      signal?.throwIfAborted();
      const trial = machine.encoders.has(name)
        ? await tryDevice(provider, device, codec, signal)
        : { ok: false as const, reason: `This FFmpeg was built without ${name}` };
      signal?.throwIfAborted();
      trials.set(codec, trial);
      onTrial({ ...found, devices });
    }
  }
}

/** Of what its device decodes, what it was proven to. */
function knownPath(encoder: DeviceEncoder, { devices }: Found, { id }: Device): DeviceEncoder {
  const known = new Set(devices.find(({ device }) => device.id === id)?.decodings);
  const { path, ...withoutPath } = encoder;
  if (path === undefined || known.size === 0) return withoutPath;
  return {
    ...withoutPath,
    path: (work) => {
      const decoding = decodingOf(work.pictures);
      return decoding !== null && known.has(decodingName(decoding)) ? path(work) : null;
    },
  };
}

const isProven = (trial: CodecTrial | undefined): boolean => trial?.ok === true;

function deviceFor(
  state: Found | undefined,
  codec: PictureCodec,
  fits: (trial: CodecTrial | undefined) => boolean,
): Device | undefined {
  return state?.devices.find(({ trials }) => fits(trials.get(codec)))?.device;
}

/** The device that encodes a codec; one that was not tried yet since the start may have been proven before it. */
function encodingDevice(state: Found | undefined, codec: PictureCodec): Device | undefined {
  return (
    deviceFor(state, codec, isProven) ?? deviceFor(state, codec, (trial) => trial === undefined)
  );
}

function whyNot({ devices, missing }: Found, codec: PictureCodec): string {
  const said = devices.flatMap(({ device, trials }) => {
    const trial = trials.get(codec);
    return trial?.ok === false ? [`${device.name}: ${trial.reason}`] : [];
  });
  return said.length > 0 ? said.join("; ") : (missing ?? "No device was found");
}

function unavailable(message: string): ViewraError {
  return new ViewraError("TRANSCODING_UNAVAILABLE", message);
}
