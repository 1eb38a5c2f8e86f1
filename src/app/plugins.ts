import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Database } from "../db/database.ts";
import { listDisabledPlugins, setPluginEnabled } from "../db/plugins.ts";
import type { Logger } from "../log/logger.ts";
import { builtInProviders, fallbackProvider, readBuiltInManifests } from "../plugin/built-in.ts";
import { runTask, type TaskTools } from "../provider/apart/run-task.ts";
import { triedSchema } from "../provider/apart/task.ts";
import { createCue } from "../provider/cue-cache.ts";
import {
  createPluginService,
  type PluginService,
  type PluginServiceOptions,
} from "../provider/plugin-service.ts";
import { createValuesFiles } from "../provider/values-file.ts";
import { createSlots } from "../schedule/slots.ts";
import type { Engine } from "./engine.ts";
import { version } from "./version.ts";

/** CUE takes 0.2 GB of memory and a processor. */
const evaluationsAtOnce = 1;
/** Some may hang. */
const trialsAtOnce = 4;

/** So long a start waits for plugins that are not Viewra's own; what they made before is theirs to go on with. */
const patienceMs = 3_000;

/** A server's plugins, open or soon so: usually they are there at once, and one that hangs holds up nobody. */
export async function openPlugins(
  engine: Engine,
  config: Config,
  log: Logger,
  db: Database,
  onProbed: () => void,
): Promise<{
  readonly plugins: PluginService;
  /** Settled once all are loaded. */
  readonly opened: Promise<void>;
  /** Ends what is under way. */
  readonly close: () => Promise<void>;
}> {
  const leaving = new AbortController();
  const plugins = await createOperatedPlugins(
    ...([engine, config, log, leaving.signal, db, onProbed] as const),
  );
  const opened = plugins.open();
  const close = (): Promise<void> => {
    leaving.abort();
    return opened;
  };
  await Promise.race([opened, Bun.sleep(patienceMs)]);
  return { plugins, opened, close };
}

/** The plugins of an engine, to be opened, with what operators enable and disable as the database has it. */
export async function createOperatedPlugins(
  engine: Engine,
  config: Config,
  log: Logger,
  signal: AbortSignal,
  db: Database,
  onProbed: () => void = () => {},
): Promise<PluginService> {
  for (const id of await listDisabledPlugins(db)) engine.providers.setEnabled(id, false);
  const save = (id: string, isEnabled: boolean) => setPluginEnabled(db, id, isEnabled);
  return createPlugins(engine, config, log, signal, { save, onProbed });
}

/** The plugins of an engine, to be opened; `signal` ends what is under way. */
export function createPlugins(
  engine: Pick<Engine, "runner" | "scratchDir" | "providers" | "readMachine" | "tryDevice">,
  config: Pick<Config, "dataDir" | "cacheDir" | "pluginDir">,
  log: Logger,
  signal: AbortSignal,
  operator: Partial<Pick<PluginServiceOptions, "save" | "onProbed">> = {},
): PluginService {
  const { runner, scratchDir, providers, readMachine, tryDevice } = engine;
  const toolsFor = (atOnce: number): TaskTools => ({
    ...{ runner, scratchDir, slots: createSlots(atOnce), signal },
  });
  const trials = toolsFor(trialsAtOnce);
  return createPluginService({
    ...{ providers, readMachine, tryDevice, version, log, save: async () => {}, ...operator },
    ...{ builtIn: builtInProviders, manifests: readBuiltInManifests() },
    ...{ needed: fallbackProvider.id, pluginDir: config.pluginDir },
    values: createValuesFiles(join(config.dataDir, "plugins")),
    evaluate: createCue({
      ...{ tools: toolsFor(evaluationsAtOnce), version },
      folder: join(config.cacheDir, "plugins"),
    }),
    tryPlugin: async (file) => (await runTask(trials, { kind: "try", ...file }, triedSchema)).fault,
  });
}
