import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type Engine } from "../app/engine.ts";
import { findSetpriv, remedies, type Tool } from "../app/tools.ts";
import { unusableFolder } from "../app/unusable-folder.ts";
import type { Config } from "../config/config.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import type { Quality } from "../media/quality.ts";
import { pictureCodecs, type PictureCodec } from "../media/picture-codecs.ts";
import type { VideoRecipe } from "../plugin/video-recipe.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { EncodedVideo } from "../rendition/encode/encoded-rendition.ts";
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
    const tried = await tryPrograms(isUsable ? config : { ...config, cacheDir: scratch }, log);
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

async function tryPrograms(config: Config, log: Logger): Promise<Finding[]> {
  const engine = await createEngine(config, log);
  try {
    const { ffmpeg, ffprobe, packager } = engine.tools;
    const findings = [
      describeTool("FFmpeg", ffmpeg, remedies.ffmpeg),
      describeTool("ffprobe", ffprobe, remedies.ffprobe),
      describeTool("Shaka Packager", packager, remedies.packager),
    ];
    for (const provider of engine.providers) {
      for (const codec of pictureCodecs) {
        if (provider.encoders[codec] !== undefined)
          findings.push(await tryProvider(engine, provider, codec, config));
      }
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
  codec: PictureCodec,
  config: Config,
): Promise<Finding> {
  const what = `encoder ${codec}`;
  // Nothing plays without H.264; the others are a gain where they are there.
  const isNeeded = codec === "h264";
  const folder = await mkdtemp(join(engine.scratchDir, "doctor-"));
  try {
    const startedAt = performance.now();
    const rendition = trialRendition(provider, codec, config.qualityPreset);
    const frame = {
      source: { fingerprint: "", originMicroseconds: 0 },
      boundaries: { timescale: 24, steps: [{ durationTicks: 48, count: 1 }] },
    };
    const locate = () => Promise.reject(new ViewraError("MEDIA_MISSING"));
    const path = await engine.makers.encode.sample({ frame, rendition, folder, locate });
    if (!(await Bun.file(path).exists())) {
      throw new ViewraError("ENCODE_FAILED", "FFmpeg ended with exit code 0 and wrote nothing");
    }
    if (engine.tools.packager.found) await engine.packager.describe([{ rendition, path }]);
    const took = Math.round(performance.now() - startedAt);
    const pace = await paceOf(engine, provider, rendition.recipe, config);
    return { ok: true, what, detail: `${provider.id} works (${took} ms), ${pace}` };
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      ok: !isNeeded,
      what,
      detail: isNeeded ? said : `not made here by ${provider.id}: ${said}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How fast it is on this machine, as it is busy now. */
async function paceOf(
  { runner }: Engine,
  provider: TranscodingProvider,
  recipe: VideoRecipe,
  { ffmpegPath }: Config,
): Promise<string> {
  try {
    const speed = await measureSpeed({ runner, ffmpegPath, niceness: 0 }, recipe, provider);
    const perSecond = speed / (recipe.width * recipe.height);
    return `${recipe.height}p at ${perSecond.toFixed(1)} pictures a second`;
  } catch {
    return `too slow to be measured`;
  }
}

function trialRendition(
  provider: TranscodingProvider,
  codec: PictureCodec,
  quality: Quality,
): EncodedVideo {
  const recipe = trialRecipe(provider, { codec, range: "sdr", quality });
  return { kind: "video", method: "encode", id: "v720", track: 0, holdSeconds: 0, recipe };
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
