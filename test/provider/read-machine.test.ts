import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { createLogger } from "../../src/log/logger.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { readMachine } from "../../src/provider/read-machine.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const runner = createProcessRunner({ log, setprivPath: null });
let folder: TempFolder;

beforeAll(async () => {
  folder = await createTempFolder("machine");
});

afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

test("this machine's FFmpeg and devices are read", async () => {
  const { encoders } = await readMachine({ runner, ffmpegPath: "ffmpeg" });
  // Debian's FFmpeg has all of these compiled in, whatever the machine has.
  const names = ["libx264", "h264_nvenc", "hevc_nvenc", "h264_qsv", "h264_vaapi", "vp9_vaapi"];
  for (const name of names) expect(encoders.has(name)).toBe(true);
  expect(encoders.has("=")).toBe(false);
});

test("cards are found with their makers, drivers and whether they may be opened", async () => {
  const [devDir, sysDir] = [folder.file("dev"), folder.file("sys")];
  await mkdir(`${devDir}/dri`, { recursive: true });
  const files = ["nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "dri/card0", "dri/renderD129"];
  for (const file of [...files, "dri/renderD128"]) await writeFile(`${devDir}/${file}`, "");
  await chmod(`${devDir}/nvidia10`, 0o000);
  const device = `${sysDir}/class/drm/renderD128/device`;
  await mkdir(device, { recursive: true });
  await writeFile(`${device}/vendor`, "0x8086\n");
  await symlink("../../bus/pci/drivers/i915", `${device}/driver`);
  const machine = await readMachine({ runner, ffmpegPath: "ffmpeg", devDir, sysDir });
  expect(machine.renderNodes).toEqual([
    { path: `${devDir}/dri/renderD128`, vendor: "0x8086", driver: "i915", isOpen: true },
    { path: `${devDir}/dri/renderD129`, vendor: null, driver: null, isOpen: true },
  ]);
  // Root opens what nobody may.
  const isRoot = process.getuid?.() === 0;
  expect(machine.nvidiaCards).toEqual([
    { path: `${devDir}/nvidia2`, index: 0, isOpen: true },
    { path: `${devDir}/nvidia10`, index: 1, isOpen: isRoot },
  ]);
});

test("a machine without devices, and without FFmpeg, has none", async () => {
  const nowhere = folder.file("nowhere");
  const machine = await readMachine({
    ...{ runner, ffmpegPath: `${nowhere}/ffmpeg`, devDir: nowhere, sysDir: nowhere },
  });
  expect(machine).toEqual({
    encoders: new Set(),
    filters: new Set(),
    renderNodes: [],
    nvidiaCards: [],
  });
});
