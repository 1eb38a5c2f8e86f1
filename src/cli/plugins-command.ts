import { createEngine } from "../app/engine.ts";
import { makeDataFolder } from "../app/data-folder.ts";
import { createOperatedPlugins } from "../app/plugins.ts";
import type { Config } from "../config/config.ts";
import { openDatabase } from "../db/database.ts";
import type { Logger } from "../log/logger.ts";
import { pictureCodecs } from "../media/picture-codecs.ts";
import type { PluginService, PluginState } from "../provider/plugin-service.ts";
import { printLine, type Output, type Terminal } from "./output.ts";
import { printable } from "./printable.ts";

/** `viewra plugins [list]`: what encodes here and what does not. 1 when a plugin or its configuration is broken. */
export function pluginsListCommand(
  config: Config,
  log: Logger,
  { stdout, interrupted }: Terminal,
): Promise<number> {
  return withPlugins(config, log, interrupted, async (plugins) => {
    for (const state of plugins.list()) {
      const { id, source, manifest } = state;
      const origin = source === "external" ? ", external" : "";
      const version = manifest === null ? "" : ` ${manifest.version}`;
      printLine(stdout, `${printable(id).padEnd(24)} ${inAWord(state)}${version}${origin}`);
    }
    return printProblems(plugins, stdout);
  });
}

/** `viewra plugins show ID`: one plugin, what it is configured to, and what may be configured. */
export function pluginsShowCommand(
  id: string,
  config: Config,
  log: Logger,
  { stdout, interrupted }: Terminal,
): Promise<number> {
  return withPlugins(config, log, interrupted, async (plugins) => printPlugin(plugins, id, stdout));
}

/** `viewra plugins enable|disable ID`: a server that runs heeds it at its next start. */
export function pluginsSwitchCommand(
  id: string,
  isEnabled: boolean,
  config: Config,
  log: Logger,
  { stdout, interrupted }: Terminal,
): Promise<number> {
  return withPlugins(config, log, interrupted, async (plugins) => {
    await plugins.setEnabled(id, isEnabled);
    printLine(
      stdout,
      `${printable(id)} is ${isEnabled ? "enabled" : "disabled"}; a server that runs heeds it at its next start`,
    );
    return 0;
  });
}

/** `viewra plugins probe ID`: looks for its devices and tries each by encoding. 1 when none encodes. */
export function pluginsProbeCommand(
  id: string,
  config: Config,
  log: Logger,
  { stdout, interrupted }: Terminal,
): Promise<number> {
  return withPlugins(config, log, interrupted, async (plugins) => {
    const { provider } = await plugins.probe(id, interrupted);
    printPlugin(plugins, id, stdout);
    const trials = (provider?.devices ?? []).flatMap((device) => [...device.trials.values()]);
    return trials.some(({ ok }) => ok) ? 0 : 1;
  });
}

async function withPlugins(
  config: Config,
  log: Logger,
  interrupted: AbortSignal,
  work: (plugins: PluginService) => Promise<number>,
): Promise<number> {
  await makeDataFolder(config.dataDir);
  const engine = await createEngine(config, log);
  try {
    const db = await openDatabase({
      ...{ url: config.databaseUrl, authToken: config.databaseAuthToken, log },
    });
    try {
      const plugins = await createOperatedPlugins(engine, config, log, interrupted, db);
      await plugins.open();
      await engine.providers.look(engine.readMachine);
      return await work(plugins);
    } finally {
      await db.close();
    }
  } finally {
    await engine.close();
  }
}

function printPlugin(plugins: PluginService, id: string, stdout: Output): number {
  const state = plugins.get(id);
  const { name, manifest, source, provider, fault, configurationFault } = state;
  const { viewra = "any", encoders = [] } = manifest?.requirements ?? {};
  const line = (what: string, text: string): void =>
    printLine(stdout, `${what.padEnd(14)} ${printable(text)}`);
  line("id", id);
  line("name", name);
  line("version", manifest?.version ?? "unknown");
  line("comes", source === "external" ? "from PLUGIN_DIR" : "with Viewra");
  line("needs", [`Viewra ${viewra}`, ...encoders].join(", "));
  line("status", inAWord(state));
  if (fault !== null) line("fault", fault);
  if (provider !== null && provider.missing !== null) line("missing", provider.missing);
  for (const { device, trials } of provider?.devices ?? []) {
    line("device", device.name);
    for (const codec of pictureCodecs) {
      const trial = trials.get(codec);
      if (trial !== undefined) line("", `${codec}: ${trial.ok ? "works" : trial.reason}`);
    }
  }
  if (configurationFault !== null) line("configuration", `not heeded: ${configurationFault}`);
  if (manifest === null) return 1;
  const { config, defaults, schema } = plugins.configuration(id);
  for (const [key, value] of Object.entries(config)) {
    const usual = Bun.deepEquals(value, defaults[key]) ? "" : ` (${JSON.stringify(defaults[key])})`;
    line("config", `${key}: ${JSON.stringify(value)}${usual}`);
  }
  line("schema", JSON.stringify(schema));
  return fault === null && configurationFault === null ? 0 : 1;
}

function inAWord({ isEnabled, fault, provider }: PluginState): string {
  if (!isEnabled) return "disabled";
  if (fault !== null || provider === null) return "broken";
  if (provider.isUsed) return "used";
  return provider.missing === null ? "not tried" : "no device";
}

function printProblems(plugins: PluginService, stdout: Output): number {
  const problems = plugins.problems();
  for (const problem of problems) printLine(stdout, `BROKEN   ${printable(problem)}`);
  return problems.length === 0 ? 0 : 1;
}
