import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type Engine } from "../app/engine.ts";
import { createPlugins } from "../app/plugins.ts";
import { findSetpriv, remedies, type Tool } from "../app/tools.ts";
import { unusableFolder } from "../app/unusable-folder.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { pictureCodecs, type PictureCodec } from "../media/picture-codecs.ts";
import { fallbackProvider } from "../plugin/built-in.ts";
import type { Device, Machine, TranscodingProvider } from "../plugin/sdk.ts";
import { measureSpeed } from "../rendition/encode/measure-speed.ts";
import { trialRecipe } from "../rendition/encode/trial-recipe.ts";
import { printLine, type Terminal } from "./output.ts";
import { formatBytes } from "./printable.ts";

interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly detail: string;
}

/** `viewra doctor`: what is there, what works, and what to do about what does not. 1 when something is missing. */
export async function doctorCommand(
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const folders = [
    await describeDisk("data folder", config.dataDir),
    await describeDisk("content store", config.contentStorePath),
    await describeDisk("cache folder", config.cacheDir),
  ];
  const scratch = await mkdtemp(join(tmpdir(), "viewra-doctor-"));
  try {
    // A folder that cannot be written must not hide what is wrong with the programs.
    const isUsable = folders.every(({ ok }) => ok);
    const tried = await tryPrograms(
      isUsable ? config : { ...config, cacheDir: scratch },
      log,
      terminal,
    );
    const findings = [...tried, ...folders, describeGuard()];
    for (const { ok, what, detail } of findings) {
      const line = detail.trim().replaceAll(/\s*\n\s*/g, "; ");
      printLine(terminal.stdout, `${ok ? "ok     " : "MISSING"}  ${what.padEnd(24)} ${line}`);
    }
    return findings.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function tryPrograms(config: Config, log: Logger, terminal: Terminal): Promise<Finding[]> {
  const engine = await createEngine(config, log);
  try {
    const { ffmpeg, ffprobe, packager } = engine.tools;
    const findings = [
      describeTool("FFmpeg", ffmpeg, remedies.ffmpeg),
      describeTool("ffprobe", ffprobe, remedies.ffprobe),
      describeTool("Shaka Packager", packager, remedies.packager),
    ];
    const plugins = createPlugins(engine, config, log, async () => {}, terminal.interrupted);
    await plugins.open();
    for (const detail of plugins.problems()) {
      findings.push({ ok: false, what: "plugin", detail });
    }
    const machine = await engine.readMachine();
    for (const { provider } of engine.providers.states()) {
      findings.push(...(await tryProvider(engine, provider, machine, config)));
    }
    return findings;
  } finally {
    await engine.close();
  }
}

function describeTool(what: string, tool: Tool, remedy: string): Finding {
  return tool.found
    ? { ok: true, what, detail: `${tool.version} (${tool.path})` }
    : { ok: false, what, detail: `${tool.reason}; ${remedy}` };
}

/** A provider is there when it encodes and Packager takes what it made: the test is the thing itself. */
async function tryProvider(
  engine: Engine,
  provider: TranscodingProvider,
  machine: Machine,
  config: Config,
): Promise<Finding[]> {
  const { devices, missing } = provider.findDevices(machine);
  const findings: Finding[] = [];
  // A card that nobody has is no fault.
  if (missing !== null) findings.push({ ok: true, what: provider.id, detail: `none: ${missing}` });
  for (const device of devices) {
    for (const codec of pictureCodecs) {
      if (provider.encoders[codec] === undefined) continue;
      findings.push(await tryCodec(engine, provider, device, codec, config));
    }
  }
  return findings;
}

async function tryCodec(
  engine: Engine,
  provider: TranscodingProvider,
  device: Device,
  codec: PictureCodec,
  config: Config,
): Promise<Finding> {
  const what = `encoder ${codec}`;
  const by = provider.id === fallbackProvider.id ? provider.id : `${provider.id} (${device.name})`;
  const startedAt = performance.now();
  const trial = await engine.tryDevice(provider, device, codec);
  const took = Math.round(performance.now() - startedAt);
  if (trial.ok) {
    const pace = await paceOf(engine, provider, device, codec, config);
    return { ok: true, what, detail: `${by} works (${took} ms), ${pace}` };
  }
  // Nothing plays without H.264; the others are a gain where they are there.
  const isNeeded = codec === "h264" && provider.id === fallbackProvider.id;
  const detail = isNeeded ? trial.reason : `not made here by ${by}: ${trial.reason}`;
  return { ok: !isNeeded, what, detail };
}

/** How fast it is on this machine, as it is busy now. */
async function paceOf(
  { runner }: Engine,
  provider: TranscodingProvider,
  device: Device,
  codec: PictureCodec,
  { ffmpegPath, qualityPreset: quality }: Config,
): Promise<string> {
  const recipe = trialRecipe(provider, { codec, range: "sdr", quality });
  const encoder = provider.onDevice(device);
  try {
    const speed = await measureSpeed({ runner, ffmpegPath, niceness: 0 }, recipe, encoder);
    const perSecond = speed / (recipe.width * recipe.height);
    return `${recipe.height}p at ${perSecond.toFixed(1)} pictures a second`;
  } catch {
    return `too slow to be measured`;
  }
}

async function describeDisk(what: string, folder: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true });
    const trial = join(folder, `.viewra-doctor-${process.pid}`);
    await writeFile(trial, "");
    await rm(trial);
    const { bavail, bsize } = await statfs(folder);
    return { ok: true, what, detail: `${folder}, ${formatBytes(bavail * bsize)} free` };
  } catch (cause) {
    return { ok: false, what, detail: unusableFolder(what, folder, cause).message };
  }
}

function describeGuard(): Finding {
  const setpriv = findSetpriv();
  const detail =
    setpriv === null
      ? "no setpriv (util-linux): encoders may outlive a server that is killed"
      : `children die with the server (${setpriv})`;
  return { ok: setpriv !== null || process.platform !== "linux", what: "process guard", detail };
}
