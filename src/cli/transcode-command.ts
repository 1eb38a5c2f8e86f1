import { realpath, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { createEngine, type Engine } from "../app/engine.ts";
import { createPlugins } from "../app/plugins.ts";
import { remedies } from "../app/tools.ts";
import type { Config } from "../config/config.ts";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { createSideTexts } from "../library/side-texts.ts";
import type { Logger } from "../log/logger.ts";
import { fileStateOf } from "../media/file-state.ts";
import { sourceTraits } from "../rendition/located-source.ts";
import { buildPlan } from "../rendition/build-plan.ts";
import type { Quality } from "../media/quality.ts";
import { canonicalPlan, contentHash, type Plan } from "../rendition/plan.ts";
import type { Container } from "../media/object-name.ts";
import type { Source } from "../media/source.ts";
import { createDescriber } from "../pipeline/describe.ts";
import { writeWholeFilm } from "../pipeline/whole-film.ts";
import { sourceWarnings } from "../playback/source-warnings.ts";
import { probeArgument } from "./media-argument.ts";
import { createOutputFolder, requireEmptyFolder } from "./output-folder.ts";
import { printLine, stopped, type Terminal } from "./output.ts";
import { describeTruncation } from "./probe-command.ts";
import { printable } from "./printable.ts";
import { createProgressBar } from "./progress-bar.ts";

export interface TranscodeOptions {
  readonly output: string;
  readonly container?: Container | undefined;
  readonly quality?: Quality | undefined;
  /** Tallest rung, e.g. 720. */
  readonly maxHeight?: number | undefined;
}

/**
 * `viewra transcode FILE -o DIR`: the whole film as files that any web server can serve. The folder gets
 * all of them or, when it fails or is stopped, none.
 */
export async function transcodeCommand(
  file: string,
  options: TranscodeOptions,
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const outDir = resolve(options.output);
  await requireEmptyFolder(outDir);
  const engine = await createEngine(config, log);
  try {
    requireTools(engine);
    await createPlugins(engine, config, log, async () => {}, terminal.interrupted).open();
    const probed = await probeArgument(engine.prober, file, terminal.interrupted);
    const source = await createSideTexts(realpath).withTexts(resolve(file), probed);
    const plan = planFor(source, options, config, engine);
    if (source.truncated) {
      const what = `${describeTruncation(source)}; its good part is transcoded`;
      printLine(terminal.stderr, `warning: ${printable(file)} is truncated: ${what}`);
    }
    for (const { code, message } of sourceWarnings(source, null)) {
      if (code === "TRACK_LEFT_OUT") printLine(terminal.stderr, `warning: ${printable(message)}`);
    }
    const { container } = options;
    const maxAttempts = Math.max(1, config.maxRetries);
    const film = { plan, file, source, outDir, container, maxAttempts };
    const written = await writeFilm(film, engine, log, terminal);
    const hash = await contentHash(canonicalPlan(written));
    printLine(terminal.stdout, `${hash}  ${outDir}`);
    return 0;
  } finally {
    await engine.close();
  }
}

/** What is missing is told before anything is made. */
function requireTools({ tools }: Engine): void {
  for (const name of ["ffmpeg", "ffprobe", "packager"] as const) {
    const tool = tools[name];
    if (tool.found) continue;
    throw new ViewraError("PROGRAM_MISSING", `${tool.reason}; ${remedies[name]}`);
  }
}

function planFor(
  source: Source,
  options: TranscodeOptions,
  config: Config,
  { providers }: Engine,
): Plan {
  return buildPlan(source, {
    segmentSeconds: config.segmentDurationSeconds,
    beginningSeconds: config.segmentBeginningSeconds,
    quality: options.quality ?? config.qualityPreset,
    adaptive: config.enableAbr,
    maxHeight: options.maxHeight ?? null,
    maxBitrateBps: null,
    maxAudioChannels: 2,
    providers: providers.usable(),
  });
}

interface Film {
  readonly source: Source;
  readonly plan: Plan;
  readonly file: string;
  readonly outDir: string;
  readonly container: Container | undefined;
  readonly maxAttempts: number;
}

async function writeFilm(
  { plan, file, source, outDir, container, maxAttempts }: Film,
  engine: Engine,
  log: Logger,
  terminal: Terminal,
): Promise<Plan> {
  const sourcePath = resolve(file);
  const state = fileStateOf(await stat(sourcePath));
  const located = { path: sourcePath, state, ...sourceTraits(source) };
  const describer = createDescriber({
    ...{ ...engine, log, cache: noCache },
    locate: async () => located,
  });
  const folder = await createOutputFolder(outDir);
  const bar = createProgressBar(terminal.stderr, basename(file));
  try {
    bar.update(0, 1);
    const written = await writeWholeFilm(
      {
        ...{ plan, outDir: folder.workDir, container, source: located },
        signal: terminal.interrupted,
        onProgress: (done, total) => bar.update(done, total, `segment ${done}/${total}`),
      },
      { ...engine, describe: describer, maxAttempts, log },
    );
    await folder.publish();
    bar.end();
    return written;
  } catch (thrown) {
    bar.end();
    await folder.discard();
    throw explained(thrown, outDir);
  }
}

function explained(thrown: unknown, outDir: string): unknown {
  const { code } = toViewraError(thrown);
  if (code === "CANCELLED") {
    return stopped(`nothing is left in ${outDir}`);
  }
  // What Packager says of its own folder is told as it is.
  if (code !== "STORAGE_FULL" || thrown instanceof ViewraError) return thrown;
  return new ViewraError(code, `There is no room left on the disk of ${outDir}`, {
    cause: thrown,
  });
}

const noCache = { get: async () => null, put: async () => {} };
