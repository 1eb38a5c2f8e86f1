import { existsSync } from "node:fs";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../app/version.ts";
import type { Config } from "../config/config.ts";
import { loadConfig, type Overrides } from "../config/load-config.ts";
import { createLogger, type Logger } from "../log/logger.ts";
import type { Quality } from "../media/quality.ts";
import type { Container } from "../media/object-name.ts";
import { completionScript, shells, type Shell } from "./completions.ts";
import { doctorCommand } from "./doctor-command.ts";
import { migrateCommand } from "./migrate-command.ts";
import type { Terminal } from "./output.ts";
import {
  pluginsListCommand,
  pluginsProbeCommand,
  pluginsShowCommand,
  pluginsSwitchCommand,
} from "./plugins-command.ts";
import { printable } from "./printable.ts";
import { probeCommand } from "./probe-command.ts";
import { reportFailure } from "./report-failure.ts";
import { scanCommand } from "./scan-command.ts";
import { serveCommand } from "./serve-command.ts";
import { storeStatsCommand, storeVerifyCommand } from "./store-command.ts";
import { storeGcCommand } from "./store-gc-command.ts";
import { transcodeCommand } from "./transcode-command.ts";
import { writeLog } from "./write-log.ts";

/** Exit codes: 0 done, 1 failed, 2 the command line or a setting is wrong. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    return reportFailure(thrown, terminal);
  }
}

type Action = (config: Config, log: Logger) => Promise<number>;

function createProgram(terminal: Terminal, setExitCode: (code: number) => void): Command {
  const program = new Command("viewra");
  const run = async (overrides: Overrides, action: Action, level?: "warn"): Promise<void> => {
    const { config, warnings } = loadConfig({ env: terminal.env, overrides });
    const log = createLogger({
      // Commands that a person waits for print results; what happens meanwhile only when asked for.
      level: level && terminal.env["LOG_LEVEL"] === undefined ? level : config.logLevel,
      format: config.logFormat,
      write: writeLog(terminal.stderr, (left) =>
        log.warn("lines of this log were left out, as nobody read them", { lines: left }),
      ),
    });
    for (const warning of warnings) log.warn(warning);
    setExitCode(await action(config, log));
  };
  program
    .description("Plays any film of a folder as a finished, immutable adaptive stream")
    .version(version, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(viewra --help shows what there is)")
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) =>
        write(`${text.replace(/^error: /, "viewra: ")}${dashHint(text)}`),
    });

  const dataDir = (): Option =>
    new Option("--data-dir <dir>", "database, content store and cache (VIEWRA_DATA_DIR)");

  program
    .command("serve")
    .description("run the server")
    .option("--host <address>", "address to listen on (VIEWRA_HOST)")
    .option("--port <port>", "0 for any free one (VIEWRA_PORT)")
    .addOption(dataDir())
    .option("--library <dir>", "a folder of films; may be given again", collect, [])
    .action((options: { host?: string; port?: string; dataDir?: string; library: string[] }) =>
      run({ ...options, libraries: options.library }, (config, log) =>
        serveCommand(config, log, terminal),
      ),
    );

  program
    .command("scan <dir>")
    .description("make a folder a library and look through it")
    .addOption(dataDir())
    .action((dir: string, options: { dataDir?: string }) =>
      run(options, (config, log) => scanCommand(dir, config, log, terminal), "warn"),
    );

  program
    .command("probe <file>")
    .description("say what a media file is and how far it can be played")
    .option("--json", "as JSON", false)
    .action((file: string, options: { json: boolean }) =>
      run({}, (config, log) => probeCommand(file, options, config, log, terminal), "warn"),
    );

  program
    .command("transcode <file>")
    .description("write a whole film as files that any web server can serve")
    .requiredOption("-o, --output <dir>", "new or empty folder")
    .addOption(new Option("--container <kind>", "only these manifests").choices(["dash", "hls"]))
    .addOption(
      new Option(
        "--quality <preset>",
        "how much work for how good a picture (TRANSCODE_QUALITY_PRESET)",
      ).choices(["low", "medium", "high"]),
    )
    .option("--max-height <lines>", "tallest rung, 240 or more", rungHeight)
    .action(
      (
        file: string,
        options: { output: string; container?: Container; quality?: Quality; maxHeight?: number },
      ) => run({}, (config, log) => transcodeCommand(file, options, config, log, terminal), "warn"),
    );

  program
    .command("doctor")
    .description("say what was found on this machine and what is missing")
    .addOption(dataDir())
    .action((options: { dataDir?: string }) =>
      run(options, (config, log) => doctorCommand(config, log, terminal), "warn"),
    );

  program
    .command("migrate")
    .description("take over the media files and sessions of an old Viewra's database")
    .requiredOption("--from <file>", "its SQLite database; it is only read")
    .addOption(dataDir())
    .option("--dry-run", "say what would be done and do nothing", false)
    .action((options: { from: string; dataDir?: string; dryRun: boolean }) =>
      run(options, (config, log) => migrateCommand(options, config, log, terminal), "warn"),
    );

  const plugins = program.command("plugins").description("look after what encodes");
  plugins
    .command("list", { isDefault: true })
    .description("what encodes here, and what does not")
    .addOption(dataDir())
    .action((options: { dataDir?: string }) =>
      run(options, (config, log) => pluginsListCommand(config, log, terminal), "warn"),
    );
  plugins
    .command("show <id>")
    .description("one plugin, and what may be configured")
    .addOption(dataDir())
    .action((id: string, options: { dataDir?: string }) =>
      run(options, (config, log) => pluginsShowCommand(id, config, log, terminal), "warn"),
    );
  plugins
    .command("probe <id>")
    .description("look for its devices and try each by encoding")
    .addOption(dataDir())
    .action((id: string, options: { dataDir?: string }) =>
      run(options, (config, log) => pluginsProbeCommand(id, config, log, terminal), "warn"),
    );
  for (const [name, isEnabled, description] of [
    ["enable", true, "use it again"],
    ["disable", false, "use it no more"],
  ] as const) {
    plugins
      .command(`${name} <id>`)
      .description(description)
      .addOption(dataDir())
      .action((id: string, options: { dataDir?: string }) =>
        run(
          options,
          (config, log) => pluginsSwitchCommand(id, isEnabled, config, log, terminal),
          "warn",
        ),
      );
  }

  const store = program.command("store").description("look after the content store");
  store
    .command("stats")
    .description("how much is stored")
    .addOption(dataDir())
    .action((options: { dataDir?: string }) =>
      run(options, (config, log) => storeStatsCommand(config, log, terminal), "warn"),
    );
  store
    .command("verify")
    .description("hash everything again and compare")
    .addOption(dataDir())
    .option("--repair", "remove what is bad, so that it is made again", false)
    .action((options: { dataDir?: string; repair: boolean }) =>
      run(options, (config, log) => storeVerifyCommand(options, config, log, terminal), "warn"),
    );
  store
    .command("gc")
    .description("delete contents whose film is in no library any more")
    .addOption(dataDir())
    .option("--unknown", "also those whose film no library here ever had", false)
    .action((options: { dataDir?: string; unknown: boolean }) =>
      run(options, (config, log) => storeGcCommand(options, config, log, terminal), "warn"),
    );

  program
    .command("completions")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>").choices(shells))
    .action((shell: Shell) => {
      terminal.stdout.write(completionScript(shell, program));
    });
  return program;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** The lowest rung of a ladder is that of 240 lines. */
function rungHeight(text: string): number {
  if (/^\d{3,5}$/.test(text) && Number(text) >= 240) return Number(text);
  throw new InvalidArgumentError("Expected a number of lines from 240 up.");
}

/** `viewra probe -film.mkv` takes the film for an option: how to say it is told. */
function dashHint(error: string): string {
  const option = /^error: unknown option '(-.*)'/s.exec(error)?.[1] ?? "";
  return existsSync(option) ? `(the file of that name is written ./${printable(option)})\n` : "";
}
