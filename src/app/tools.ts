import type { Config } from "../config/config.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { embeddedPackager } from "../packager/embedded-binary.ts";
import { unpackPackager } from "../packager/unpack.ts";
import { describeFailure, type ProcessResult } from "../process/process-result.ts";
import type { ProcessRunner } from "../process/process-runner.ts";

/** A program that Viewra runs: where it is and what it says of itself, or why it cannot be used. */
export type Tool =
  | { readonly found: true; readonly path: string; readonly version: string }
  | { readonly found: false; readonly path: string; readonly reason: string };

export interface Tools {
  readonly ffmpeg: Tool;
  readonly ffprobe: Tool;
  readonly packager: Tool;
}

/** What to do about a program that is missing. */
export const remedies: Readonly<Record<keyof Tools, string>> = {
  ffmpeg: "install FFmpeg 5.1 or later (apt install ffmpeg) or set FFMPEG_PATH",
  ffprobe: "it comes with FFmpeg (apt install ffmpeg); or set FFPROBE_PATH",
  packager: "set PACKAGER_PATH",
};

const timeoutMs = 15_000;

/** Kernel-enforced death with the parent, where util-linux offers it; null elsewhere. */
export function findSetpriv(): string | null {
  return process.platform === "linux" ? Bun.which("setpriv") : null;
}

/** Looks for the programs and asks each for its version. Never throws: what is missing is said. */
export async function findTools(config: Config, runner: ProcessRunner): Promise<Tools> {
  const [ffmpeg, ffprobe, packager] = await Promise.all([
    askVersion(runner, config.ffmpegPath, ["-version"], /^ffmpeg version (\S+)/),
    askVersion(runner, config.ffprobePath, ["-version"], /^ffprobe version (\S+)/),
    findPackager(config, runner),
  ]);
  return { ffmpeg: requireRecent(ffmpeg), ffprobe, packager };
}

async function findPackager(config: Config, runner: ProcessRunner): Promise<Tool> {
  try {
    const path = config.packagerPath ?? (await ownPackager(config.cacheDir));
    return await askVersion(runner, path, ["--version"], /^packager\S* version (\S+)/);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { found: false, path: config.packagerPath ?? "(built in)", reason };
  }
}

/** Unpacks the packager inside Viewra where it is not there yet. PROGRAM_MISSING, STORAGE_FULL. */
export async function ownPackager(cacheDir: string): Promise<string> {
  const binary = await embeddedPackager();
  if (binary !== null) return unpackPackager(binary, cacheDir);
  throw new ViewraError(
    "PROGRAM_MISSING",
    "There is no Shaka Packager for this system inside Viewra; set PACKAGER_PATH to one",
  );
}

async function askVersion(
  runner: ProcessRunner,
  command: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<Tool> {
  const result = await runner.run({ command, args, timeoutMs });
  if (!result.ok) return { found: false, path: command, reason: describeFailure(result) };
  const version = pattern.exec(result.stdout)?.[1];
  if (version !== undefined) return { found: true, path: command, version };
  return {
    found: false,
    path: command,
    reason: `${command} is another program: it ${saidOf(result)}`,
  };
}

function saidOf({ stdout }: ProcessResult): string {
  const [line = ""] = stdout.trim().split("\n", 1);
  return line === "" ? "tells no version" : `says ${JSON.stringify(line.slice(0, 80))}`;
}

/** -fps_mode and the segment muxer's options as used came with 5.1. Builds from git have no number. */
function requireRecent(tool: Tool): Tool {
  if (!tool.found) return tool;
  const match = /^n?(\d+)\.(\d+)/.exec(tool.version);
  if (!match) return tool;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major > 5 || (major === 5 && minor >= 1)) return tool;
  const reason = `FFmpeg ${tool.version} is too old: expected 5.1 or later`;
  return { found: false, path: tool.path, reason };
}
