import { mkdir, readdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { createEngine } from "../app/engine.ts";
import type { Config } from "../config/config.ts";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { buildPlan, type Quality } from "../media/build-plan.ts";
import { canonicalPlan, contentHash, type Container } from "../media/plan.ts";
import { createDescriber } from "../pipeline/describe.ts";
import { transcodeFile } from "../pipeline/transcode-file.ts";
import { printLine, type Terminal } from "./output.ts";
import { createProgressBar } from "./progress-bar.ts";

export interface TranscodeOptions {
  readonly output: string;
  readonly container?: Container | undefined;
  readonly quality?: Quality | undefined;
  /** Tallest rung, e.g. 720. */
  readonly maxHeight?: number | undefined;
}

/** `viewra transcode FILE -o DIR`: the whole film as files that any web server can serve. */
export async function transcodeCommand(
  file: string,
  options: TranscodeOptions,
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const outDir = resolve(options.output);
  await requireEmpty(outDir);
  const engine = await createEngine(config, log);
  const bar = createProgressBar(terminal.stderr, basename(file));
  try {
    const [provider] = engine.providers;
    if (provider === undefined) throw new ViewraError("TRANSCODING_UNAVAILABLE");
    const source = await engine.prober.probe(file, terminal.interrupted);
    const plan = buildPlan(source, {
      segmentSeconds: config.segmentDurationSeconds,
      quality: options.quality ?? config.qualityPreset,
      adaptive: config.enableAbr,
      maxHeight: options.maxHeight ?? null,
      maxBitrateBps: null,
      maxAudioChannels: 2,
      tune: (target, quality) => provider.tune(target, quality),
    });
    if (source.truncated) {
      printLine(terminal.stderr, "warning: the file is truncated; its good part is transcoded");
    }
    const describe = createDescriber({ ...engine, cache: noCache });
    bar.update(0, 1);
    await transcodeFile(
      {
        ...{ plan, outDir, container: options.container, sourcePath: resolve(file) },
        signal: terminal.interrupted,
        onProgress: (done, total) => bar.update(done, total, `segment ${done}/${total}`),
      },
      { ...engine, describe },
    );
    bar.end();
    const hash = await contentHash(canonicalPlan(plan));
    printLine(terminal.stdout, `${outDir} ${hash}`);
    return 0;
  } finally {
    bar.end();
    await engine.close();
  }
}

const noCache = { get: async () => null, put: async () => {} };

/** Nothing of a person's is overwritten. */
async function requireEmpty(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (cause) {
    const message = `${folder} cannot be written: ${errno(cause) ?? String(cause)}`;
    throw new ViewraError("INVALID_REQUEST", message, { cause });
  }
  throw new ViewraError("INVALID_REQUEST", `${folder} is not empty; choose a new folder for -o`);
}
