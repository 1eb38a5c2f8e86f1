import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import * as v from "valibot";
import { toViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import type { DynamicRange } from "../media/color.ts";
import type { Quality } from "../media/quality.ts";
import type { EncodingSpeed } from "../playback/picture-codecs.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import { pictureCodecs, type PictureCodec } from "../media/picture-codecs.ts";
import { measureSpeed, type SpeedTools } from "../rendition/encode/measure-speed.ts";
import { trialRecipe, type Trial } from "../rendition/encode/trial-recipe.ts";
import { replaceFile } from "../store/temporary-file.ts";
import { createRounds } from "./background-rounds.ts";

export interface EncodingSpeeds {
  readonly speed: EncodingSpeed;
  /** Other devices may encode now: what is not known of them is measured. */
  wake(): void;
  close(): Promise<void>;
}

export interface EncodingSpeedOptions {
  readonly tools: SpeedTools;
  readonly providers: Pick<ProviderRegistry, "usable" | "encoderFor">;
  /** What the operator says is encoded, however fast; null: what is measured. */
  readonly codecs: readonly PictureCodec[] | null;
  /** Of what is encoded when nobody says how well. */
  readonly usualQuality: Quality;
  /** Other programs are other speeds. */
  readonly toolVersions: string;
  /** Where they are kept. */
  readonly path: string;
  readonly log: Logger;
  /** A film is being encoded: it goes first, and what is measured beside it says little. */
  readonly isBusy: () => boolean;
  /** Whoever starts the server wants to watch something first. */
  readonly delayMs?: number;
}

const usualDelayMs = 60_000;

/** Decoding, scaling, sound and another viewer go on beside it. */
const margin = 1.5;
const busyLookMs = 200;

/**
 * What this machine encodes in time beside H.264, measured once in the background while nothing else is encoded, and kept.
 * Until it is known nothing is offered.
 */
export async function startEncodingSpeeds(options: EncodingSpeedOptions): Promise<EncodingSpeeds> {
  const { codecs, log, providers } = options;
  if (codecs !== null) {
    const made = new Set<PictureCodec>(["h264", ...codecs]);
    return {
      speed: (codec) => (made.has(codec) ? Infinity : 0),
      wake: () => undefined,
      close: async () => undefined,
    };
  }
  const machine = `${options.toolVersions} ${cpus()[0]?.model ?? ""} ${availableParallelism()}`;
  const known = await readKnown(options.path, machine);
  const rounds = createRounds(
    async () => {
      await rounds.rest(options.delayMs ?? usualDelayMs);
      for (const each of casesOf(options.usualQuality)) {
        const provider = writerOf(each.codec, providers);
        if (provider === undefined) continue;
        const key = keyOf(each, provider);
        if (known.has(key)) continue;
        const speed = await measureInPeace(each, provider, options, rounds);
        known.set(key, speed);
        log.info("encoding speed measured", {
          ...{ ...each, provider: provider.id },
          megasamplesPerSecond: Math.round(speed / 1e5) / 10,
        });
        await replaceFile(options.path, printKnown(machine, known));
      }
    },
    (error) =>
      log.warn("encoding speeds are not known: pictures are encoded as H.264 alone", { error }),
  );
  rounds.wake();
  return {
    speed: (codec, range, quality) => {
      if (codec === "h264") return Infinity;
      const provider = writerOf(codec, providers);
      const found = provider && known.get(keyOf({ codec, range, quality }, provider));
      return (found ?? 0) / margin;
    },
    wake: () => rounds.wake(),
    close: () => rounds.close(),
  };
}

/** What is asked for most often is measured first. */
function casesOf(usual: Quality): Trial[] {
  const each = (range: DynamicRange, quality: Quality): Trial[] =>
    pictureCodecs.slice(1).map((codec) => ({ codec, range, quality }));
  const qualities = [...new Set<Quality>([usual, "high", "medium", "low"])];
  return [
    ...each("sdr", "high"),
    ...qualities.flatMap((quality) => each("hdr", quality)),
    // For who plays no H.264.
    ...qualities.filter((quality) => quality !== "high").flatMap((quality) => each("sdr", quality)),
  ];
}

/** Who writes a codec here now. */
function writerOf(
  codec: PictureCodec,
  providers: Pick<ProviderRegistry, "usable">,
): TranscodingProvider | undefined {
  return providers.usable().find(({ encoders }) => encoders[codec] !== undefined);
}

async function measureInPeace(
  { codec, range, quality }: Trial,
  provider: TranscodingProvider,
  { tools, providers, log, isBusy }: EncodingSpeedOptions,
  rounds: ReturnType<typeof createRounds>,
): Promise<number> {
  const recipe = trialRecipe(provider, { codec, range, quality });
  for (;;) {
    while (isBusy()) await rounds.rest(busyLookMs);
    const disturbed = new AbortController();
    const watch = setInterval(() => isBusy() && disturbed.abort(), busyLookMs);
    try {
      const signal = AbortSignal.any([rounds.signal, disturbed.signal]);
      return await measureSpeed(tools, recipe, providers.encoderFor(recipe), signal);
    } catch (thrown) {
      rounds.signal.throwIfAborted();
      if (disturbed.signal.aborted) continue;
      const reason = toViewraError(thrown).message;
      log.info("a codec is not encoded here", { codec, range, quality, reason });
      return 0;
    } finally {
      clearInterval(watch);
    }
  }
}

const keyOf = (
  { codec, range, quality }: Trial,
  { id, revision }: Pick<TranscodingProvider, "id" | "revision">,
): string => `${id} ${revision} ${codec} ${range} ${quality}`;

const schema = v.object({
  machine: v.string(),
  samplesPerSecond: v.record(v.string(), v.pipe(v.number(), v.finite(), v.minValue(0))),
});

/** Of this very machine and its programs; nothing where the file is not there or tells of another. */
async function readKnown(path: string, machine: string): Promise<Map<string, number>> {
  try {
    const kept = v.parse(schema, JSON.parse(await readFile(path, "utf8")));
    return new Map(kept.machine === machine ? Object.entries(kept.samplesPerSecond) : []);
  } catch {
    return new Map();
  }
}

function printKnown(machine: string, known: ReadonlyMap<string, number>): string {
  return JSON.stringify({ machine, samplesPerSecond: Object.fromEntries(known) });
}
