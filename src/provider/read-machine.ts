import { access, constants, readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Machine, NvidiaCard, RenderNode } from "../plugin/sdk.ts";
import type { ProcessRunner } from "../process/process-runner.ts";

export interface MachineTools {
  readonly runner: Pick<ProcessRunner, "run">;
  readonly ffmpegPath: string;
  /** Where the kernel shows its devices. */
  readonly devDir?: string;
  readonly sysDir?: string;
}

const timeoutMs = 10_000;

/** What there is to encode with. Throws nothing: what cannot be read is not there. */
export async function readMachine(tools: MachineTools): Promise<Machine> {
  const { devDir = "/dev", sysDir = "/sys" } = tools;
  const [encoders, filters, renderNodes, nvidiaCards] = await Promise.all([
    listNames(tools, "-encoders", encoderLine),
    listNames(tools, "-filters", filterLine),
    findRenderNodes(devDir, sysDir),
    findNvidiaCards(devDir),
  ]);
  return { encoders, filters, renderNodes, nvidiaCards };
}

/** ` V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)` */
const encoderLine = /^ [VAS][.A-Z]{5} (\w\S*)/;

/** ` ..C scale_cuda        V->V       GPU accelerated video resizer`; the flags are two from FFmpeg 7 on. */
const filterLine = /^ [TSC.]{2,3} (\w+) +\S+->\S+/;

async function listNames(
  { runner, ffmpegPath }: MachineTools,
  option: string,
  pattern: RegExp,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  await runner.run({
    ...{ command: ffmpegPath, args: ["-hide_banner", option], timeoutMs, kind: "probe" },
    onLine: (line) => {
      const name = pattern.exec(line)?.[1];
      if (name !== undefined) names.add(name);
    },
  });
  return names;
}

async function findRenderNodes(devDir: string, sysDir: string): Promise<RenderNode[]> {
  const names = await namesIn(join(devDir, "dri"), /^renderD\d+$/);
  return Promise.all(
    names.map(async (name) => {
      const path = join(devDir, "dri", name);
      const device = join(sysDir, "class/drm", name, "device");
      const vendor = await readFile(join(device, "vendor"), "utf8").catch(() => null);
      const driver = await readlink(join(device, "driver")).catch(() => null);
      return {
        path,
        vendor: vendor?.trim() ?? null,
        driver: driver === null ? null : basename(driver),
        isOpen: await isOpen(path),
      };
    }),
  );
}

async function findNvidiaCards(devDir: string): Promise<NvidiaCard[]> {
  const names = await namesIn(devDir, /^nvidia\d+$/);
  return Promise.all(
    names.map(async (name, index) => {
      const path = join(devDir, name);
      return { path, index, isOpen: await isOpen(path) };
    }),
  );
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const number = (name: string): number => Number(/\d+$/.exec(name)?.[0]);
  return names.filter((name) => pattern.test(name)).toSorted((a, b) => number(a) - number(b));
}

async function isOpen(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
