import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type Engine } from "../app/engine.ts";
import { findSetpriv, remedies, type Tool } from "../app/tools.ts";
import { unusableFolder } from "../app/unusable-folder.ts";
import type { Config } from "../config/config.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { planColor, untagged } from "../media/color.ts";
import { rational, frameTimescale } from "../media/rational.ts";
import type { VideoRecipe, VideoTarget } from "../plugin/video-recipe.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { VideoRendition } from "../rendition/methods.ts";
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
    for (const provider of engine.providers) findings.push(await tryProvider(engine, provider));
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
async function tryProvider(engine: Engine, provider: TranscodingProvider): Promise<Finding> {
  const what = `encoder ${provider.id}`;
  const folder = await mkdtemp(join(engine.scratchDir, "doctor-"));
  try {
    const startedAt = performance.now();
    const rendition = trialRendition(provider);
    const frame = {
      source: { fingerprint: "", originMicroseconds: 0 },
      boundaries: { timescale: 25, steps: [{ durationTicks: 50, count: 1 }] },
    };
    const locate = () => Promise.reject(new ViewraError("MEDIA_MISSING"));
    const path = await engine.makers.encode.sample({ frame, rendition, folder, locate });
    if (!(await Bun.file(path).exists())) {
      throw new ViewraError("ENCODE_FAILED", "FFmpeg ended with exit code 0 and wrote nothing");
    }
    if (engine.tools.packager.found) await engine.packager.describe([{ rendition, path }]);
    return { ok: true, what, detail: `works (${Math.round(performance.now() - startedAt)} ms)` };
  } catch (thrown) {
    return { ok: false, what, detail: thrown instanceof Error ? thrown.message : String(thrown) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function trialRendition(provider: TranscodingProvider): VideoRendition {
  const frameRate = rational(25);
  const color = planColor(untagged, "yuv420p", { width: 640, height: 360 });
  const target: VideoTarget = {
    codec: "h264",
    width: 640,
    height: 360,
    frameRate,
    gopFrames: 50,
    maxBitrateBps: 1_000_000,
    color: color.output,
  };
  const recipe: VideoRecipe = {
    kind: "video",
    revision: 2,
    ...target,
    treatment: {
      deinterlace: null,
      orientation: { rotationDegrees: 0, isMirrored: false },
      sourceColor: color.source,
      conversion: color.conversion,
    },
    timescale: frameTimescale(frameRate),
    level: "3.0",
    provider: { id: provider.id, revision: provider.revision },
    ...provider.tune(target, "medium"),
  };
  return { kind: "video", method: "encode", id: "v360", track: 0, holdSeconds: 0, recipe };
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
