import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fallbackProvider, builtInProviders } from "../../src/plugin/built-in.ts";
import type { Machine } from "../../src/plugin/sdk.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { runTask } from "../../src/provider/apart/run-task.ts";
import { triedSchema } from "../../src/provider/apart/task.ts";
import type { PluginService, PluginServiceOptions } from "../../src/provider/plugin-service.ts";
import {
  createProviderRegistry,
  type ProviderRegistry,
} from "../../src/provider/provider-registry.ts";
import { createSlots } from "../../src/schedule/slots.ts";
import { quietLog } from "../db/open-test-database.ts";
import { pluginServiceOf } from "../support/plugin-service.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

export interface PluginRig extends AsyncDisposable {
  readonly folder: TempFolder;
  readonly registry: ProviderRegistry;
  readonly log: string[];
  /** A folder of PLUGIN_DIR with these files. */
  add(name: string, files: Readonly<Record<string, string>>): Promise<void>;
  /** The plugins as they are on the disk now, opened. */
  open(options?: Partial<PluginServiceOptions>): Promise<PluginService>;
}

const machine: Machine = {
  ...{ encoders: new Set(["libx264", "h264_nvenc"]), filters: new Set() },
  renderNodes: [],
  nvidiaCards: [0, 1].map((index) => ({ path: `/dev/nvidia${index}`, index, isOpen: true })),
};

/** Plugins over a registry, tried in processes of their own as a server does. */
export async function createPluginRig(limitMs = 60_000): Promise<PluginRig> {
  const folder = await createTempFolder("plugins");
  const log: string[] = [];
  const runner = createProcessRunner({ log: quietLog(), setprivPath: null });
  const tools = { runner, scratchDir: folder.file("scratch"), slots: createSlots(2), limitMs };
  const registry = createProviderRegistry({
    ...{ providers: builtInProviders, fallback: fallbackProvider },
  });
  await mkdir(folder.file("scratch"));
  await mkdir(folder.file("plugins"));
  return {
    ...{ folder, registry, log },
    add: async (name, files) => {
      await mkdir(folder.file(join("plugins", name)), { recursive: true });
      for (const [file, text] of Object.entries(files))
        await writeFile(folder.file(join("plugins", name, file)), text);
    },
    open: async (options = {}) => {
      const service = pluginServiceOf(folder.file("values"), {
        ...{ providers: registry, pluginDir: folder.file("plugins"), log: quietLog(log) },
        readMachine: async () => machine,
        tryDevice: async () => ({ ok: true }),
        save: async () => {},
        tryPlugin: async (file) =>
          (await runTask(tools, { kind: "try", ...file }, triedSchema)).fault,
        ...options,
      });
      await service.open();
      return service;
    },
    [Symbol.asyncDispose]: async () => {
      await runner.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A `plugin.cue`, with what differs from a fine one. */
export function cueOf(id: string, differs: Readonly<Record<string, string>> = {}): string {
  const fields = {
    plugin_name: JSON.stringify(id),
    plugin_type: `"transcoding"`,
    version: `"1.0.0"`,
    config: "{ priority: int & >=0 & <=1000 | *5 }",
    ...differs,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

/** A plugin's code that needs no SDK, with what differs from a fine one. */
export function codeOf(id: string, differs: Readonly<Record<string, string>> = {}): string {
  const fields = {
    ...{ id: JSON.stringify(id), name: `"A plugin"`, version: `"1.0.0"`, revision: "1" },
    ...{ priority: "config.priority ?? 5", encoders: `{ h264: "libx264" }` },
    refusal: "() => null",
    tune: `() => ({ encoder: "libx264", profile: "high", settings: { crf: 23 } })`,
    findDevices: `() => ({ devices: [{ id: "processor", name: "Processor" }], missing: null })`,
    onDevice: `() => ({ globalArgs: [], environment: {}, videoArgs: ${differs["videoArgs"] ?? `() => ["-c:v", "libx264"]`}, outputFilters: () => [] })`,
    configure: "(values) => provider(values)",
    ...differs,
  };
  const body = Object.entries(fields)
    .filter(([name]) => name !== "videoArgs")
    .map(([name, value]) => `  ${name}: ${value},\n`)
    .join("");
  return `const provider = (config) => ({\n${body}});\nexport default provider({});\n`;
}
