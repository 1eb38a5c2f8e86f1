import { startServer } from "../app/server-app.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { printLine, type Terminal } from "./output.ts";

/** `viewra serve`: runs until it is told to stop. The one line on stdout is the server's URL. */
export async function serveCommand(
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const app = await startServer(config, log);
  printLine(terminal.stdout, `Viewra is listening on ${app.url.href}`);
  if (!terminal.interrupted.aborted) {
    await new Promise<void>((resolve) => {
      terminal.interrupted.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  log.info("stopping");
  await app.stop();
  log.info("stopped");
  return 0;
}
