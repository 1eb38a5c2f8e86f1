import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import type { Machine } from "../plugin/sdk.ts";

/** Where Linux keeps the parts of drivers that FFmpeg loads, by what they belong to. */
const driverFiles = [
  ...["libcuda.so.1", "libnvidia-encode.so.1", "libnvcuvid.so.1"],
  ...["libmfx.so.1", "libvpl.so.2", "libmfx-gen.so.1.2", "libva.so.2"],
  ...["dri/iHD_drv_video.so", "dri/i965_drv_video.so", "dri/radeonsi_drv_video.so"],
];
const libraryDirs = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
];

/**
 * A digest of all that decides what FFmpeg does with devices: itself, the kernel, drivers and the devices. What was found
 * out under one key holds as long as that.
 */
export async function machineKey(
  machine: Machine,
  program: { readonly path: string; readonly version: string },
  { sysDir = "/sys" }: { readonly sysDir?: string } = {},
): Promise<string> {
  const files = libraryDirs.flatMap((dir) => driverFiles.map((name) => join(dir, name)));
  const facts = [
    ...[program.version, await stateOf(Bun.which(program.path) ?? program.path), release()],
    await readFile(join(sysDir, "module/nvidia/version"), "utf8").catch(() => ""),
    ...(await Promise.all(files.map(stateOf))),
    JSON.stringify([machine.renderNodes, machine.nvidiaCards]),
    [...machine.encoders].join(" "),
    [...machine.filters].join(" "),
  ];
  return createHash("sha256").update(facts.join("\n")).digest("hex");
}

/** A driver that is replaced has another name behind its link, or another time; empty where there is none. */
async function stateOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${await realpath(path)} ${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}
