import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { createFilmOpener, type FilmOpener } from "../rendition/copy/film-packets.ts";
import type { CutMemory } from "../rendition/copy/known-cuts.ts";
import { createFontFolders } from "../rendition/encode/burnt/font-folders.ts";
import { createPictureTracks } from "../rendition/encode/burnt/picture-tracks.ts";
import { createMakers, type Makers } from "../rendition/makers.ts";
import { createTextTracks, type TextTracks } from "../rendition/text/text-tracks.ts";
import { createPackager, type Packager } from "../packager/packager.ts";
import { builtInProviders, fallbackProvider } from "../plugin/built-in.ts";
import type { Machine } from "../plugin/sdk.ts";
import {
  createProviderRegistry,
  type ProviderRegistry,
  type TryDevice,
} from "../provider/provider-registry.ts";
import { readMachine } from "../provider/read-machine.ts";
import { createDecodingTrials } from "../provider/try-decodings.ts";
import { tryDevice } from "../provider/try-device.ts";
import { createProber, type Prober } from "../probe/prober.ts";
import { createSlots, type Slots } from "../schedule/slots.ts";
import { createProcessRunner, type ProcessRunner } from "../process/process-runner.ts";
import { removeLeftovers } from "../store/temporary-file.ts";
import { findSetpriv, findTools, ownPackager, type Tools } from "./tools.ts";
import { createWorkFolder, removeWorkFolder } from "./work-folder.ts";

/** What works on media, without a database or a server: the command line and the server share it. */
export interface Engine {
  readonly runner: ProcessRunner;
  readonly tools: Tools;
  readonly providers: ProviderRegistry;
  readonly readMachine: () => Promise<Machine>;
  /** Encodes a moment with a device, and has it described. */
  readonly tryDevice: TryDevice;
  readonly prober: Prober;
  readonly packager: Packager;
  /** What makes renditions, by method. */
  readonly makers: Makers;
  /** Films opened for their packets. */
  readonly films: FilmOpener;
  /** Their subtitles, where those are text. */
  readonly texts: TextTracks;
  /** Versions of what decides a description's bytes. */
  readonly toolVersions: string;
  /** For the programs that describe plans, of all plans together. */
  readonly slots: Slots;
  /** Existing, empty folder for working files, this process's own. */
  readonly scratchDir: string;
  /** Ends every child and removes the working files. */
  close(): Promise<void>;
}

/** FFmpeg that shows no progress for so long hangs. */
const stallSeconds = 30;

/** A described moment is a tenth of a second of work; many at once would only wait for each other. */
const describingAtOnce = 2;

/** `cuts`: what is known of films from earlier looks; null where nothing is kept. */
export async function createEngine(
  config: Config,
  log: Logger,
  cuts: CutMemory | null = null,
): Promise<Engine> {
  const runner = createProcessRunner({ log, setprivPath: findSetpriv() });
  const tools = await findTools(config, runner);
  const scratchDir = await createWorkFolder(config.cacheDir);
  const providers = createProviderRegistry({
    ...{ providers: builtInProviders, fallback: fallbackProvider },
    tryDecodings: createDecodingTrials({
      ...{ runner, scratchDir, ffmpegPath: config.ffmpegPath, processor: fallbackProvider },
    }),
  });
  for (const folder of ["subtitles", "artwork", "fonts", "prints"])
    await removeLeftovers(join(config.cacheDir, folder));
  const packager = createPackager({
    processes: runner,
    command: tools.packager.path,
    ...(config.packagerPath ? {} : { restore: () => ownPackager(config.cacheDir) }),
    scratchDir,
    timeoutMs: config.packagerTimeoutSeconds * 1000,
  });
  const films = createFilmOpener(cuts);
  const texts = createTextTracks({
    ...{ runner, ffmpegPath: config.ffmpegPath },
    folder: join(config.cacheDir, "subtitles"),
  });
  const pictures = createPictureTracks({
    ...{ runner, ffmpegPath: config.ffmpegPath },
    folder: join(config.cacheDir, "subtitles"),
  });
  const fonts = createFontFolders(join(config.cacheDir, "fonts"));
  const makers = createMakers({
    ...{ runner, packager, stallSeconds, films, texts, pictures, fonts },
    encoderFor: providers.encoderFor,
    ffmpegPath: config.ffmpegPath,
    segmentTimeoutSeconds: config.encoderTimeoutSeconds,
  });
  const trialTools = {
    ...{ runner, scratchDir, ffmpegPath: config.ffmpegPath },
    packager: tools.packager.found ? packager : null,
  };
  return {
    runner,
    tools,
    providers,
    readMachine: () => readMachine({ runner, ffmpegPath: config.ffmpegPath }),
    tryDevice: (provider, device, codec, signal) =>
      tryDevice(trialTools, provider, device, codec, signal),
    scratchDir,
    packager,
    makers,
    films,
    texts,
    prober: createProber({ runner, ffprobePath: config.ffprobePath }),
    toolVersions: [tools.ffmpeg, tools.packager]
      .map((tool) => (tool.found ? tool.version : "missing"))
      .join(" "),
    slots: createSlots(describingAtOnce),
    close: async () => {
      await films.close();
      await runner.close();
      await removeWorkFolder(scratchDir);
    },
  };
}
