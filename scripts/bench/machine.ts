import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { embeddedPackager } from "../../src/packager/embedded-binary.ts";

/** What a measurement was made on and with, one line each. */
export async function describeMachine(viewra: string): Promise<string[]> {
  const packager = (await embeddedPackager())?.path;
  const [own, commit, ffmpeg, shaka, nginx, wrk] = await Promise.all([
    firstLine([viewra, "--version"]),
    firstLine(["git", "describe", "--always", "--dirty"]),
    firstLine(["ffmpeg", "-version"], /version (\S+)/),
    packager === undefined ? "none" : firstLine([packager, "--version"], /version (\S+)/),
    firstLine(["nginx", "-v"], /nginx\/(\S+)/),
    firstLine(["wrk", "-v"], /wrk (\S+)/),
  ]);
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(0);
  const [load = 0] = loadavg();
  return [
    `Date: ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC; Viewra ${own}, commit ${commit}`,
    `Machine: ${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores, ${memoryGiB} GiB; ${await systemName()}, Linux ${release()}`,
    `Programs: FFmpeg ${ffmpeg}, Shaka Packager ${shaka}, Bun ${Bun.version}, nginx ${nginx}, wrk ${wrk}`,
    `Load of the machine before (1 minute): ${load.toFixed(2)}`,
  ];
}

async function systemName(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? process.platform;
}

/** What the pattern finds in a program's first line, else the line; `missing` where there is no program. */
async function firstLine(command: readonly string[], pattern = /(.*)/): Promise<string> {
  try {
    const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    const [line = ""] = `${stdout}${stderr}`.trim().split("\n");
    return pattern.exec(line)?.[1] ?? line;
  } catch {
    return "missing";
  }
}
